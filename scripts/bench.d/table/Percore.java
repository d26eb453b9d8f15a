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
import java.util.concurrent.locks.LockSupport;

/// The distribution, with a run folder of its own.
final class Percore extends Launched {
  private static final int SECONDS_MAX = 30;

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
    awaitLogged(": serving on ", 1);
  }

  /// Waits until the master has logged something so many times. Asking the master for its status
  /// all the while would take a fifth of a core from what is measured.
  void awaitLogged(String text, int times) throws IOException {
    long deadline = System.nanoTime() + SECONDS_MAX * 1_000_000_000L;
    while (logged(text) < times) {
      requireAlive();
      if (System.nanoTime() > deadline) {
        throw new IOException("'" + text + "' is not logged: " + log());
      }
      LockSupport.parkNanos(2_000_000); // and looks again
    }
  }

  /// How many lines of the log have the text.
  int logged(String text) throws IOException {
    return (int) log().lines().filter(line -> line.contains(text)).count();
  }

  /// What the admin port answers.
  String ask(String path) throws IOException {
    try (Http connection = new Http(admin)) {
      return connection.get(path);
    }
  }
}
