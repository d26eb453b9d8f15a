package dev.percore.protocol.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// A master and its workers that belong to this program, in a new folder that nobody else may
/// enter, with no TCP port.
///
/// The master's standard input is a pipe from this process: when that ends, so does the master. A
/// shell waits for the end of the master and removes the folder, since this process may be gone by
/// then. Thread-safe.
final class PrivateServer {
  /// Variables from which every JVM takes options, such as a debugger's port.
  private static final Set<String> JVM_OPTIONS =
      Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final Duration END_LIMIT = Duration.ofSeconds(15);
  private static final Duration POLL = Duration.ofMillis(20);

  /// `$0` is the folder, `$@` the command of the master. What the shell prints is the end of the
  /// log. Ctrl-C at a terminal reaches the shell too, which must not end before the master.
  private static final String SCRIPT =
      """
      trap : HUP INT QUIT TERM
      "$@" >"$0/log" 2>&1
      code=$?
      tail -n 5 "$0/log" | tail -c 8000
      rm -rf "$0"
      exit $code
      """;

  private final Path folder;
  private final Process shell;
  private final ControlSocket control;

  private PrivateServer(Path folder, Process shell) {
    this.folder = folder;
    this.shell = shell;
    this.control = new ControlSocket(folder.resolve("run/control.sock"));
  }

  /// Starts one and waits until it serves.
  ///
  /// @param home the distribution
  /// @param settings over the defaults
  /// @throws IOException if it does not start, with the end of its log; what is left of it goes
  ///     then
  static PrivateServer start(Path home, int workers, Map<String, String> settings)
      throws IOException, InterruptedException {
    // Only its owner may enter a folder that is made so.
    Path folder = Files.createTempDirectory("percore-pool").toAbsolutePath();
    Process shell;
    try {
      // Not the installed file, which belongs to the server that runs with it.
      Path config = Files.createFile(folder.resolve("percore.yaml"));
      shell = launch(folder, command(home, config, settings(folder, workers, settings)));
    } catch (IOException failure) {
      Files.deleteIfExists(folder.resolve("percore.yaml"));
      Files.deleteIfExists(folder);
      throw failure;
    }
    PrivateServer server = new PrivateServer(folder, shell);
    try {
      server.awaitReady();
      return server;
    } catch (IOException | InterruptedException | RuntimeException failure) {
      server.stop();
      server.kill();
      throw failure;
    }
  }

  private static Map<String, String> settings(Path folder, int workers, Map<String, String> given) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("compute.timeout", "24h"); // whoever calls decides how long to wait
    all.put("compute.queue", "100000"); // and how much to send at a time
    all.put("compute.slow_after", "0s"); // long calls are no news here, and nobody rotates the log
    all.putAll(given);
    all.put("workers", Integer.toString(workers));
    all.put("run_dir", folder.resolve("run").toString());
    all.put("listen.tcp", "false");
    all.put("listen.extra", "unix:" + item(folder.resolve("pool.sock")));
    all.put("admin.tcp", "false");
    return all;
  }

  // An item of a list whose items are separated by blanks.
  private static String item(Path path) {
    return path.toString().replace("\\", "\\\\").replace(" ", "\\ ");
  }

  private static List<String> command(Path home, Path config, Map<String, String> settings) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin/percore").toString());
    command.addAll(List.of("run", "--until-stdin-ends", "-c", config.toString()));
    settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    return command;
  }

  private static Process launch(Path folder, List<String> master) throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, folder.toString()));
    command.addAll(master);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    // What is meant for a server of the machine, or for this program, is not meant for this one.
    environment
        .keySet()
        .removeIf(
            name ->
                (name.startsWith("PERCORE_") && !name.startsWith("PERCORE_JAVA_"))
                    || JVM_OPTIONS.contains(name)
                    || name.startsWith("LISTEN_")
                    || name.startsWith("WATCHDOG_")
                    || name.equals("NOTIFY_SOCKET"));
    Path java = Path.of(System.getProperty("java.home"));
    if (Files.isExecutable(java.resolve("bin/java"))) { // an image made for a program may have none
      environment.putIfAbsent("PERCORE_JAVA_HOME", java.toString());
    }
    return builder.start();
  }

  private void awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    while (!isServing()) {
      if (shell.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(
            "the private server ended with %d: %s".formatted(shell.exitValue(), endOfLog()));
      }
      if (System.nanoTime() - deadline > 0) {
        kill();
        throw new IOException(
            "the private server was not ready within %d s: %s"
                .formatted(READY_LIMIT.toSeconds(), endOfLog()));
      }
    }
  }

  private boolean isServing() {
    try {
      JsonNode status = control.get("/status");
      return status.path("state").asString("").equals("running")
          && status.path("workers_ready").asInt(0) == status.path("workers_wanted").asInt(0);
    } catch (IOException notYet) {
      return false;
    }
  }

  // Comes to an end with the shell.
  private String endOfLog() {
    return shell.inputReader().lines().collect(Collectors.joining(" | "));
  }

  Endpoint endpoint() {
    return new Endpoint.Unix(folder.resolve("pool.sock"));
  }

  /// The process of the master.
  ///
  /// @throws IllegalStateException if it has ended
  ProcessHandle master() {
    long pid = ask("/status").path("pid").asLong(0);
    return ProcessHandle.of(pid).orElseThrow(() -> new IllegalStateException("it has ended"));
  }

  /// The workers that run, by slot.
  ///
  /// @throws IllegalStateException if the master has ended
  List<PoolProcess> processes() {
    List<PoolProcess> all = new ArrayList<>();
    for (JsonNode worker : ask("/workers").path("workers")) {
      if (worker.path("pid").isNumber()) {
        long pid = worker.path("pid").asLong();
        all.add(new PoolProcess(worker.path("slot").asInt(0), pid, this::exitCode));
      }
    }
    return List.copyOf(all);
  }

  private JsonNode ask(String target) {
    try {
      return control.get(target);
    } catch (IOException failure) {
      throw new IllegalStateException("the private server does not answer", failure);
    }
  }

  private OptionalInt exitCode(long pid) {
    JsonNode history;
    try {
      history = control.get("/workers/history");
    } catch (IOException masterGone) {
      return OptionalInt.empty();
    }
    for (JsonNode end : history.path("ends")) {
      if (end.path("pid").asLong(0) == pid) {
        JsonNode signal = end.path("signal");
        return OptionalInt.of(
            signal.isNumber() ? 128 + signal.asInt() : end.path("exit_code").asInt(0));
      }
    }
    return OptionalInt.empty();
  }

  /// Has it stop, by the end of its standard input. Calls under way get the time of
  /// `shutdown.fast`, if their connections are still open.
  void stop() {
    try {
      shell.getOutputStream().close();
    } catch (IOException cannotBeTold) {
      kill();
    }
  }

  /// The same, and ends it if it does not obey.
  void terminate() {
    stop();
    var _ =
        shell
            .onExit()
            .orTimeout(END_LIMIT.toSeconds(), TimeUnit.SECONDS)
            .exceptionally(
                late -> {
                  kill();
                  return shell;
                });
  }

  /// Ends master and workers at once. The shell has no more than the folder to remove.
  private void kill() {
    shell.descendants().forEach(ProcessHandle::destroyForcibly);
  }

  /// Completes when the master has ended and its folder is gone.
  CompletableFuture<Void> end() {
    return shell.onExit().thenAccept(_ -> {});
  }
}
