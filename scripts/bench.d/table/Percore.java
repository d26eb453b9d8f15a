package table;

import common.Http;
import common.Program;
import common.Rivals;
import common.Server;
import common.Site;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The distribution, with a run folder of its own.
final class Percore implements Server {
  private static final int START_SECONDS_MAX = 60;

  private final Process master;
  private final URI base;
  private final URI admin;
  private final String commandLine;
  private final Path log;

  private Percore(Process master, URI base, URI admin, String commandLine, Path log) {
    this.master = master;
    this.base = base;
    this.admin = admin;
    this.commandLine = commandLine;
    this.log = log;
  }

  /// Starts it with a worker for each core, unless a setting says otherwise, and waits until all
  /// serve.
  static Percore start(Site site, Map<String, String> settings) throws IOException {
    Percore percore = launch(site, settings);
    try {
      percore.awaitReady();
      return percore;
    } catch (IOException noStart) {
      percore.close();
      throw noStart;
    }
  }

  /// Starts it and does not wait.
  static Percore launch(Site site, Map<String, String> settings) throws IOException {
    Path folder = Files.createTempDirectory(site.folder(), "percore");
    int port = Rivals.freePort();
    int adminPort = Rivals.freePort();
    Map<String, String> all = new TreeMap<>(settings);
    all.put("run_dir", folder.toString());
    all.put("listen.address", "127.0.0.1");
    all.put("listen.port", Integer.toString(port));
    all.put("admin.port", Integer.toString(adminPort));
    List<String> command = new ArrayList<>();
    command.addAll(List.of(site.distribution().resolve("bin/percore").toString(), "run"));
    all.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    Path log = folder.resolve("log");
    Process master =
        Program.start(Program.command(site, command).redirectOutput(log.toFile()));
    return new Percore(
        master,
        URI.create("http://127.0.0.1:" + port),
        URI.create("http://127.0.0.1:" + adminPort),
        String.join(" ", command),
        log);
  }

  void awaitReady() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
    while (!isReady()) {
      requireAlive();
      if (System.nanoTime() > deadline) {
        throw new IOException("Percore does not get ready: " + log());
      }
      LockSupport.parkNanos(20_000_000); // and looks again
    }
  }

  void requireAlive() throws IOException {
    if (!master.isAlive()) {
      throw new IOException("Percore has ended: " + log());
    }
  }

  private boolean isReady() {
    try {
      JsonNode status = status();
      return status.path("workers_ready").asInt() == status.path("workers_wanted").asInt();
    } catch (IOException notYet) {
      return false;
    }
  }

  JsonNode status() throws IOException {
    return JsonMapper.shared().readTree(ask("/status"));
  }

  /// What the admin port answers.
  String ask(String path) throws IOException {
    try (Http connection = new Http(admin)) {
      return connection.get(path);
    }
  }

  /// What it has logged so far.
  String log() throws IOException {
    return Files.readString(log);
  }

  long masterPid() {
    return master.pid();
  }

  @Override
  public URI base() {
    return base;
  }

  @Override
  public String commandLine() {
    return commandLine;
  }

  @Override
  public List<Long> workers() {
    return master.children().map(ProcessHandle::pid).toList();
  }

  @Override
  public void close() {
    Program.stop(master);
  }
}
