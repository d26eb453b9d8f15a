import java.io.IOException;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The distribution, with a configuration file and a run folder of its own.
final class Percore implements Server {
  static final Path HOME = Path.of(System.getProperty("faults.distribution"));

  /// Steps of a computation: a fraction of a millisecond.
  private static final int STEPS = 200_000;

  private static final int STOP_SECONDS = 40;
  private static final int TIMEOUT_MILLIS = 5_000;

  private final Path folder;
  private final Path file;
  private final List<String> prefix;
  private final int port = Os.freePort();
  private final int adminPort = Os.freePort();
  private final Map<String, String> settings = new TreeMap<>();

  private Percore(Path folder, List<String> prefix) {
    this.folder = folder;
    this.file = folder.resolve("percore.yaml");
    this.prefix = prefix;
    settings.put("workers", "2");
    settings.put("run_dir", runFolder().toString());
    settings.put("plugins_dir", folder.resolve("plugins").toString());
    settings.put("listen.address", "127.0.0.1");
    settings.put("listen.port", Integer.toString(port));
    settings.put("admin.port", Integer.toString(adminPort));
  }

  /// Starts it and waits until it serves.
  ///
  /// @param prefix a command that runs the one behind it, or nothing
  /// @param more settings and their values in YAML
  static Percore start(Path folder, List<String> prefix, Map<String, String> more)
      throws Exception {
    var percore = new Percore(folder, prefix);
    percore.configure(more);
    try {
      percore.launch();
      return percore;
    } catch (BrokenPromise noStart) {
      percore.killAll();
      throw noStart;
    }
  }

  /// Changes settings in its file, and nothing else.
  void configure(Map<String, String> more) throws IOException {
    settings.putAll(more);
    var text = new StringBuilder();
    String section = "";
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      String[] name = setting.getKey().split("\\.");
      if (name.length == 2 && !name[0].equals(section)) {
        section = name[0];
        text.append(section).append(":\n");
      }
      text.append(name.length == 2 ? "  " : "").append(name[name.length - 1]);
      text.append(": ").append(setting.getValue()).append('\n');
    }
    Files.writeString(file, text);
  }

  /// Starts it, again if need be, and waits until it serves.
  void launch() throws Exception {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of(HOME.resolve("bin/percore").toString(), "run", "-c", file.toString()));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("PERCORE_"));
    builder.environment().put("PERCORE_JAVA_HOME", System.getProperty("java.home"));
    Process master = builder.start();
    Os.await("percore serves", 60, () -> !master.isAlive() || isSettled());
    if (!master.isAlive()) {
      throw new BrokenPromise("percore did not start");
    }
  }

  String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  Path folder() {
    return folder;
  }

  Path runFolder() {
    return folder.resolve("run");
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public long masterPid() throws IOException {
    return ask("/status").path("pid").asLong();
  }

  @Override
  public Set<Long> workers() throws IOException {
    return Os.children(masterPid(), "dev.percore.worker.WorkerMain");
  }

  @Override
  public boolean isSettled() throws IOException {
    Set<Long> ready = new TreeSet<>();
    for (JsonNode worker : ask("/workers").path("workers")) {
      if (worker.path("state").asString().equals("ready")) {
        ready.add(worker.path("pid").asLong());
      }
    }
    // The master may not know yet that one of them has ended.
    return ready.size() == workersWanted() && ready.equals(workers());
  }

  int workersWanted() throws IOException {
    return ask("/status").path("workers_wanted").asInt();
  }

  /// Workers started beyond the first of each slot.
  int restarts() throws IOException {
    int restarts = 0;
    for (JsonNode worker : ask("/workers").path("workers")) {
      restarts += worker.path("restarts").asInt();
    }
    return restarts;
  }

  @Override
  public String target(int id, boolean compute) {
    return compute ? "/calc?n=" + (STEPS + id) : "/healthz";
  }

  @Override
  public boolean isRight(String body, int id, boolean compute) {
    return compute ? body.contains("\"result\":" + (STEPS + id) + ",") : body.strip().equals("ok");
  }

  private JsonNode ask(String path) throws IOException {
    URLConnection connection =
        URI.create("http://127.0.0.1:" + adminPort + path).toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    try (var body = connection.getInputStream()) {
      return JsonMapper.shared().readTree(body.readAllBytes());
    }
  }

  @Override
  public void stop() throws Exception {
    try {
      Os.Signal.TERM.to(masterPid());
      Os.await("percore ends at TERM", STOP_SECONDS, () -> processes().isEmpty());
      // What is known of workers that were killed, and the jobs, are kept on purpose.
      List<String> left =
          Os.list(runFolder()).stream().filter(name -> !List.of("bundles", "jobs").contains(name)).toList();
      if (!left.isEmpty()) {
        throw new BrokenPromise("left in the run folder: " + left);
      }
    } finally {
      killAll();
    }
  }

  private void killAll() throws IOException {
    processes().forEach(Os.Signal.KILL::to);
  }

  /// Masters and workers of whatever state, since all of them name the folder.
  private Set<Long> processes() throws IOException {
    return Os.mentioning("dev.percore.", folder.toString());
  }
}
