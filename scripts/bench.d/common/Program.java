package common;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Programs of the machine. Those that are started end with this one.
public final class Program {
  private static final int STOP_SECONDS_MAX = 10;
  private static final int CHILD_SECONDS_MAX = 2;
  private static final Set<Process> STARTED = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Program::stopAll));
  }

  private Program() {}

  public static boolean isInstalled(String program) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /// Not yet started; without the priority of this client.
  public static ProcessBuilder command(Site site, List<String> words) {
    List<String> command = new ArrayList<>();
    if (!site.ordinary().isEmpty()) {
      command.addAll(List.of(site.ordinary().split(" ")));
    }
    command.addAll(words);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    builder.environment().keySet().removeIf(name -> name.startsWith("PERCORE_"));
    builder.environment().put("PERCORE_JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }

  public static Process start(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    STARTED.add(process);
    return process;
  }

  /// What a program prints that ends by itself and with success.
  public static String output(Site site, List<String> words)
      throws IOException, InterruptedException {
    Process process = start(command(site, words));
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(words + " ended with " + process.exitValue() + ": " + output);
      }
      return output;
    } finally {
      STARTED.remove(process);
    }
  }

  /// Asks it to end, and waits for that and the end of its children; by force if it takes too long.
  public static void stop(Process process) {
    List<ProcessHandle> family = process.descendants().toList();
    process.destroy();
    awaitEnd(process.toHandle(), STOP_SECONDS_MAX);
    family.forEach(child -> awaitEnd(child, CHILD_SECONDS_MAX));
    STARTED.remove(process);
  }

  private static void awaitEnd(ProcessHandle process, int secondsMax) {
    try {
      process.onExit().get(secondsMax, TimeUnit.SECONDS);
    } catch (TimeoutException | InterruptedException | ExecutionException notNow) {
      process.destroyForcibly();
    }
  }

  private static void stopAll() {
    STARTED.forEach(Program::stop);
  }
}
