package dev.percore.master.doctor;

import dev.percore.config.ServerConfig;
import dev.percore.master.launch.AotCache;
import dev.percore.master.launch.WorkerLauncher;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What only a process of its own can find out: whether `env` can block signals, and whether
/// the AOT caches fit, which a JVM tells when it must use one or fail.
///
/// @param home the folder of the distribution
record ProgramChecks(ServerConfig config, Path home) implements Check {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /// As `bin/percore` starts the master.
  private static final List<String> MASTER_OPTIONS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1");

  @Override
  public List<Finding> findings() {
    List<String> worker = new ArrayList<>(WorkerLauncher.jvmOptions(config.worker()));
    config.worker().jvmOptions().stream()
        .filter(option -> !option.startsWith("-agent") && !option.startsWith("-javaagent"))
        .forEach(worker::add);
    return List.of(
        signals(),
        cache("java.cache.master", AotCache.ofMaster(home), MASTER_OPTIONS),
        cache("java.cache.worker", AotCache.ofWorker(home), worker));
  }

  private static Finding signals() {
    String id = "signals.block";
    return succeeds(List.of("env", "--block-signal=HUP", "true"))
        ? Finding.ok(id, "env can block signals")
        : Finding.warning(
            id,
            "env cannot block signals",
            "Install GNU coreutils 8.31 or later: without it the master obeys TERM, INT and HUP"
                + " alone, each as a fast stop",
            "apt-get install coreutils");
  }

  private Finding cache(String id, AotCache cache, List<String> options) {
    if (!Files.exists(cache.file())) {
      return Finding.note(
          id, "there is no " + cache.file(), "With it starts take half the time", "percore train");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-XX:AOTMode=on", "-XX:AOTCache=" + cache.file()));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "-version"));
    return succeeds(command)
        ? Finding.ok(id, cache.file() + " fits")
        : Finding.warning(
            id,
            cache.file()
                + " does not fit this Java, these jars or these options, so it is not used",
            "Make it again: without it starts take twice as long",
            "percore train");
  }

  private static boolean succeeds(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        return process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0;
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException notThere) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
