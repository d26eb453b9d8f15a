package table;

import common.Http;
import common.Launched;
import common.Rivals;
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
final class Percore extends Launched {
  private static final int START_SECONDS_MAX = 60;

  private final URI admin;

  private Percore(Site site, URI base, URI admin, List<String> command, Path log)
      throws IOException {
    super(site, base, command, log);
    this.admin = admin;
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
    return new Percore(site, loopback(port), loopback(adminPort), command, log);
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
}
