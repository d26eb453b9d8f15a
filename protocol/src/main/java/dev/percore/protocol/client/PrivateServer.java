package dev.percore.protocol.client;

import dev.percore.config.SettingsReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A master and its workers that belong to this program, in a new folder that nobody else may
/// enter, with no TCP port. The master's standard input is a pipe from this process: when that
/// ends, so does the master. Thread-safe.
final class PrivateServer {
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final Duration END_LIMIT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int LOG_LINES = 5;

  private final Path folder;
  private final Process process;
  private final ControlSocket control;
  private final Thread atExit = new Thread(this::endWithThisProcess, "end-private-server");
  private final CompletableFuture<Void> end;

  private PrivateServer(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
    this.control = new ControlSocket(folder.resolve("run/control.sock"));
    this.end = process.onExit().thenAcceptAsync(_ -> cleanUp());
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /// Starts one and waits until it serves.
  ///
  /// @throws IOException if it does not; nothing is left of it then
  static PrivateServer start(
      Path home, int workers, @Nullable Path plugins, Map<String, String> settings)
      throws IOException, InterruptedException {
    // Only its owner may enter a folder that is made so.
    Path folder = Files.createTempDirectory("percore-pool");
    var server = new PrivateServer(folder, launch(home, folder, workers, plugins, settings));
    try {
      server.awaitReady();
      return server;
    } catch (IOException | InterruptedException failure) {
      server.kill();
      throw failure;
    }
  }

  private static Process launch(
      Path home, Path folder, int workers, @Nullable Path plugins, Map<String, String> settings)
      throws IOException {
    Path config = folder.resolve("percore.yaml");
    // Not the installed one, which belongs to the server that runs with it: its log, its sockets.
    Files.writeString(config, SettingsReference.shippedFile());
    Path jars = plugins == null ? Files.createDirectory(folder.resolve("plugins")) : plugins;
    Map<String, String> all = new LinkedHashMap<>();
    all.put("supervision.heartbeat_interval", "200ms");
    all.putAll(settings);
    all.put("workers", Integer.toString(workers));
    all.put("run_dir", folder.resolve("run").toString());
    all.put("plugins_dir", jars.toAbsolutePath().toString());
    all.put("listen.tcp", "false");
    all.put("listen.extra", "unix:" + folder.resolve("pool.sock"));
    all.put("admin.tcp", "false");
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            home.resolve("bin/percore").toString(),
            "run",
            "--until-stdin-ends",
            "-c",
            config.toString()));
    all.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    var builder = new ProcessBuilder(command);
    // What is meant for a server of the machine is not meant for this one.
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("PERCORE_") && !name.startsWith("PERCORE_JAVA_"));
    return builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
  }

  private void awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    while (!isServing()) {
      if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(
            "the private server ended with %d: %s".formatted(process.exitValue(), lastLines()));
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(
            "the private server was not ready within %d s: %s"
                .formatted(READY_LIMIT.toSeconds(), lastLines()));
      }
    }
  }

  private boolean isServing() {
    try {
      JsonNode status = control.get("/status");
      return status.path("state").asString("").equals("running")
          && status.path("workers_ready").asInt() == status.path("workers_wanted").asInt();
    } catch (IOException notYet) {
      return false;
    }
  }

  private String lastLines() throws IOException {
    Path log = folder.resolve("log");
    if (!Files.exists(log)) {
      return "its log is gone";
    }
    List<String> lines = Files.readAllLines(log);
    return String.join(" | ", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
  }

  Endpoint endpoint() {
    return new Endpoint.Unix(folder.resolve("pool.sock"));
  }

  ProcessHandle master() {
    return process.toHandle();
  }

  /// The workers that run, by slot.
  List<PoolProcess> processes() {
    List<PoolProcess> all = new ArrayList<>();
    try {
      for (JsonNode worker : control.get("/workers").path("workers")) {
        if (worker.path("pid").isNumber()) {
          all.add(
              new PoolProcess(
                  worker.path("slot").asInt(), worker.path("pid").asLong(), this::exitCode));
        }
      }
    } catch (IOException failure) {
      throw new IllegalStateException("the private server does not answer", failure);
    }
    return List.copyOf(all);
  }

  private OptionalInt exitCode(long pid) {
    try {
      for (JsonNode end : control.get("/workers/history").path("ends")) {
        if (end.path("pid").asLong() == pid) {
          JsonNode signal = end.path("signal");
          return OptionalInt.of(
              signal.isNumber() ? 128 + signal.asInt() : end.path("exit_code").asInt());
        }
      }
      return OptionalInt.empty();
    } catch (IOException masterGone) {
      return OptionalInt.empty();
    }
  }

  /// Tells it to stop. There is nothing left to wait for: it is called after the last call.
  void stop() {
    boolean _ = process.toHandle().destroy();
  }

  /// Ends master and workers at once.
  void kill() {
    // The workers first: those of a master that is killed see its end, but a moment later.
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /// Completes when the master has ended and its folder is gone.
  CompletableFuture<Void> end() {
    return end;
  }

  private void cleanUp() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException _) {
      // It is what calls.
    }
    deleteFolder();
  }

  private synchronized void deleteFolder() {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot remove the folder of the private server", failure);
    }
  }

  private void endWithThisProcess() {
    stop();
    try {
      if (!process.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException hurried) {
      kill();
      Thread.currentThread().interrupt();
    }
    deleteFolder();
  }
}
