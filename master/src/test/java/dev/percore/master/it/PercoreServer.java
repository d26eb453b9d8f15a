package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A server of the distribution: a master and its workers, in a folder of its own, on ports that
/// the kernel chose. Closing it stops it in order and asserts that nothing is left of it.
final class PercoreServer implements AutoCloseable {
  /// As many as the tests need to tell one worker from another, on whatever machine.
  static final int WORKERS = 2;

  /// Beyond the longest time that any test gives requests in flight after a stop.
  private static final Duration END_LIMIT = Duration.ofSeconds(40);

  private final Path folder;
  private final List<String> options;
  private final Process master;
  private final ProcessOutput output;
  private final ControlSocket control;
  private final HttpClient http = HttpClient.newHttpClient();
  private InetSocketAddress service = new InetSocketAddress(0);
  private InetSocketAddress admin = new InetSocketAddress(0);
  private boolean killed;
  private @Nullable ProcessHandle successor;

  /// Starts a server that has all its settings from a [ConfigFile] in its folder, so that a
  /// reload can change them, and waits until it serves.
  static PercoreServer startByFile(Path folder) throws Exception {
    return startByFile(folder, _ -> {});
  }

  /// The same in another way.
  static PercoreServer startByFile(Path folder, Consumer<ProcessBuilder> way) throws Exception {
    PercoreServer server = launch(folder, way, List.of("-c", ConfigFile.in(folder).toString()));
    try {
      server.awaitServing();
      return server;
    } catch (Exception | AssertionError failure) {
      server.endAll();
      throw failure;
    }
  }

  private PercoreServer(Path folder, List<String> options, Process master) {
    this.folder = folder;
    this.options = options;
    this.master = master;
    this.output = ProcessOutput.of(master.getInputStream());
    this.control = new ControlSocket(runFolder(folder).resolve("control.sock"));
  }

  /// Starts a server and waits until it serves.
  ///
  /// @param folder for all that it keeps: `run`, `plugins`, `bundles` and what the settings name
  /// @param settings over the shipped file and the settings of the tests, such as `workers=1`
  static PercoreServer start(Path folder, String... settings) throws Exception {
    return start(folder, _ -> {}, settings);
  }

  /// Starts a server in another way and waits until it serves.
  static PercoreServer start(Path folder, Consumer<ProcessBuilder> way, String... settings)
      throws Exception {
    PercoreServer server = launch(folder, way, settings);
    try {
      server.awaitServing();
      return server;
    } catch (Exception | AssertionError failure) {
      server.endAll();
      throw failure;
    }
  }

  /// Starts a server and does not wait.
  static PercoreServer launch(Path folder, String... settings) throws IOException {
    return launch(folder, _ -> {}, settings);
  }

  /// Starts a server in another way, such as with more in its environment, and does not wait.
  static PercoreServer launch(Path folder, Consumer<ProcessBuilder> way, String... settings)
      throws IOException {
    return launch(folder, way, options(folder, settings));
  }

  private static PercoreServer launch(
      Path folder, Consumer<ProcessBuilder> way, List<String> options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("run"));
    arguments.addAll(options);
    ProcessBuilder builder = Distribution.percore(arguments).redirectErrorStream(true);
    way.accept(builder);
    return new PercoreServer(folder, options, builder.start());
  }

  /// The options of the command line for a server in that folder.
  static List<String> options(Path folder, String... settings) {
    List<String> options = new ArrayList<>();
    options.addAll(List.of("-c", Distribution.home().resolve("conf/percore.yaml").toString()));
    settings(folder, settings)
        .forEach((key, value) -> options.addAll(List.of("--set", key + "=" + value)));
    return List.copyOf(options);
  }

  /// The settings of the tests for a server in that folder, and over them others.
  static Map<String, String> settings(Path folder, String... settings) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("workers", Integer.toString(WORKERS));
    all.put("run_dir", runFolder(folder).toString());
    all.put("bundles.dir", folder.resolve("bundles").toString());
    all.put("jobs.dir", folder.resolve("jobs").toString());
    all.put("plugins_dir", folder.resolve("plugins").toString());
    all.put("listen.address", "127.0.0.1");
    all.put("listen.port", "0");
    all.put("admin.port", "0");
    all.put("supervision.heartbeat_interval", "50ms");
    all.put("worker.warm_up", "0s"); // few tests are about it
    all.put("worker.first_warm_up", "0s");
    all.put("admin.warm_up", "0s");
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      all.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return all;
  }

  static Path runFolder(Path folder) {
    return folder.resolve("run");
  }

  private void awaitServing() throws Exception {
    Await.until(
        "serving",
        () -> {
          assertThat(master.isAlive()).as("the master lives; it said:\n%s", output.tail()).isTrue();
          return isServing();
        });
    service = address(control.get("/status").path("listen").asString());
    admin = address(control.get("/status").path("admin").asString());
  }

  private boolean isServing() throws IOException {
    try {
      return Files.exists(control.path()) && status().path("state").asString().equals("running");
    } catch (ConnectException notYet) {
      return false; // the socket is there and nobody listens
    }
  }

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    return new InetSocketAddress(
        text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  InetSocketAddress service() {
    return service;
  }

  InetSocketAddress admin() {
    return admin;
  }

  /// What all its processes have written to the standard output and the standard error.
  ProcessOutput output() {
    return output;
  }

  long masterPid() {
    return successor == null ? master.pid() : successor.pid();
  }

  /// The answer of the control socket to `GET /status`.
  JsonNode status() throws IOException {
    return control.get("/status");
  }

  /// How the reload stands, or the last one, such as `succeeded`.
  String reloadState() throws IOException {
    return status().at("/reload/state").asString("");
  }

  /// Waits until every slot has one process alone, all of that generation, and no reload goes on.
  List<WorkerInfo> awaitSettled(int generation) throws Exception {
    return Await.until(
        "settled at generation " + generation,
        () -> status().path("generation").asInt() == generation ? workers() : List.of(),
        workers ->
            !workers.isEmpty()
                && workers.stream().allMatch(w -> w.isSettled() && w.generation() == generation));
  }

  /// Goes on with the master that has taken over, which is no child of this process.
  void followSuccessor() throws Exception {
    long former = masterPid();
    long pid =
        Await.within(
            Await.LIMIT.multipliedBy(3), // its workers start beside those that serve, and yield
            "another master",
            () -> Long.parseLong(Files.readString(runFolder().resolve("percore.pid")).strip()),
            found -> found != former);
    successor = ProcessHandle.of(pid).orElseThrow();
  }

  /// Its run folder.
  Path runFolder() {
    return runFolder(folder);
  }

  /// The names in its run folder.
  List<String> runFolderContent() throws IOException {
    return contents(runFolder()).stream().map(path -> path.getFileName().toString()).toList();
  }

  /// A connection to the service.
  RawConnection connect() throws IOException {
    return RawConnection.open(service);
  }

  /// An answer of the service to a GET on a connection of its own.
  RawAnswer get(String target) throws IOException {
    try (RawConnection connection = connect()) {
      return connection.get(target);
    }
  }

  /// An answer of the service to a POST of JSON, by the JDK's own client.
  HttpResponse<String> post(String target, String json) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http:/" + service + target))
            .timeout(Await.LIMIT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /// An answer of the admin port.
  HttpResponse<String> getAdmin(String target, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http:/" + admin + target)).timeout(Await.LIMIT);
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /// The workers by slot.
  List<WorkerInfo> workers() throws IOException {
    return WorkerInfo.all(control.get("/workers"));
  }

  WorkerInfo worker(int slot) throws IOException {
    return workers().get(slot);
  }

  /// Waits until what `/workers` tells of a slot is as wanted.
  WorkerInfo awaitWorker(int slot, String what, Predicate<WorkerInfo> wanted) throws Exception {
    return Await.until("slot " + slot + " " + what, () -> worker(slot), wanted);
  }

  /// Waits until the slot's worker of that pid has been replaced by one that serves.
  WorkerInfo awaitReplacement(int slot, long pid) throws Exception {
    return awaitWorker(slot, "replaces pid " + pid, w -> w.isReady() && w.pid() != pid);
  }

  /// An open connection that was accepted by the worker of that slot.
  RawConnection connectTo(int slot) throws Exception {
    long pid = worker(slot).pid();
    List<RawConnection> others = new ArrayList<>();
    try {
      return Await.until(
          "a connection to slot " + slot,
          () -> {
            RawConnection connection = connect();
            assertThat(connection.get("/healthz").status()).isEqualTo(200);
            // Who computes an answer may be another one than who has the connection.
            if (!OsProcesses.hasConnection(pid, service().getPort(), connection.localPort())) {
              others.add(connection);
            }
            return connection;
          },
          connection -> !others.contains(connection));
    } finally {
      for (RawConnection other : others) {
        other.close();
      }
    }
  }

  /// Runs another command with the same settings.
  Distribution.Outcome command(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(options);
    return Distribution.run(Distribution.percore(all));
  }

  /// Runs another command in the background and returns its process.
  Process begin(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(options);
    return Distribution.percore(all).redirectErrorStream(true).start();
  }

  /// Sends a signal to the master.
  void signal(String name) throws IOException {
    OsProcesses.send(name, masterPid());
  }

  /// Kills the master with no chance to clean up.
  void killMaster() throws IOException {
    killed = true;
    signal("KILL");
    var _ = awaitExitCode();
  }

  /// Waits for the end of the master.
  int awaitExitCode() {
    var _ =
        master
            .onExit()
            .completeOnTimeout(master, END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
            .join();
    assertThat(master.isAlive()).as("the master is alive; it said:\n%s", output.tail()).isFalse();
    return master.exitValue();
  }

  /// The pids of its workers that live, found without asking the master.
  List<Long> livingWorkers() throws IOException {
    return OsProcesses.withArgument(runFolder(folder).resolve("workers").toString());
  }

  /// The worker that serves a connection, by its pid. Who computes an answer may be another one.
  long holderOf(RawConnection connection) throws IOException {
    assertThat(connection.get("/healthz").status()).isEqualTo(200);
    for (long worker : livingWorkers()) {
      if (OsProcesses.hasConnection(worker, service().getPort(), connection.localPort())) {
        return worker;
      }
    }
    throw new AssertionError("no worker has the connection that has just been served");
  }

  /// Stops it if it still runs, and asserts that nothing is left.
  @Override
  public void close() throws IOException {
    try {
      if (master.isAlive()) {
        OsProcesses.send("TERM", master.pid());
        assertThat(awaitExitCode()).as("exit code; it said:\n%s", output.tail()).isZero();
      }
      endSuccessor();
      if (!killed) {
        assertThat(livingWorkers()).as("workers left behind").isEmpty();
        assertThat(contents(runFolder(folder))).as("left in the run folder").isEmpty();
      }
    } finally {
      endAll();
    }
  }

  private void endSuccessor() throws IOException {
    ProcessHandle last = successor;
    if (last != null && OsProcesses.isRunning(last.pid())) {
      signal("TERM");
      OsProcesses.awaitEnd(last.pid(), END_LIMIT);
    }
  }

  private void endAll() throws IOException {
    http.close();
    master.destroyForcibly();
    ProcessHandle last = successor;
    if (last != null) {
      last.destroyForcibly();
    }
    for (long pid : livingWorkers()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private static List<Path> contents(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
