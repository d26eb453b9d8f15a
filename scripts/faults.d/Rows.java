import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAccumulator;

/// The faults.
final class Rows {
  /// Longest wait of a new connection when one worker of two is killed.
  private static final int KILL_GAP_MILLIS = 50;

  /// How long a worker may be stuck before it is killed, and what may pass beyond until others
  /// accept in its place.
  private static final int STUCK_MILLIS = 2_000;

  private static final int STUCK_GAP_MILLIS = STUCK_MILLIS + 1_500;

  private static final int MASTER_GONE_SECONDS = 2;
  private static final int CALM_SECONDS = 60;
  private static final int RECYCLE_SECONDS = 30;

  /// Requests of a second for each of two workers.
  private static final int REQUESTS_A_LIFE = Load.PER_SECOND / 2;

  private static final int DESCRIPTORS = 256;
  private static final Duration HOLD = Duration.ofSeconds(3);

  private Rows() {}

  /// In the order of the table; a reference comes before what is compared with it.
  static final List<Faults.Row<?>> ALL =
      List.of(
          new Faults.Row<>("nginx-calm", "", Nginx::start, Rows::calm),
          new Faults.Row<>("calm", "", percore(Map.of()), Rows::calm),
          new Faults.Row<>("nginx-reload", "", Nginx::start, Rows::reload),
          new Faults.Row<>(
              "reload", "nginx-reload", percore(Map.of()), Rows::reloadWithAnotherConfiguration),
          new Faults.Row<>("upgrade", "", percore(Map.of()), Rows::upgrade),
          new Faults.Row<>("scale", "", percore(Map.of()), Rows::scale),
          new Faults.Row<>(
              "recycle",
              "",
              percore(Map.of("worker.max_requests", Integer.toString(REQUESTS_A_LIFE))),
              Rows::recycle),
          new Faults.Row<>("nginx-kill", "", Nginx::start, Rows::kill),
          new Faults.Row<>("kill", "nginx-kill", percore(withoutBackOff()), Rows::kill),
          new Faults.Row<>("stuck", "", percore(withShortPatience()), Rows::stuck),
          new Faults.Row<>("oom", "", Rows::startWithExhaust, Rows::exhaustHeap),
          new Faults.Row<>("master", "", percore(Map.of()), Rows::killMaster),
          new Faults.Row<>("disk", "", Rows::startOnSmallDisk, Rows::fillDisk),
          new Faults.Row<>(
              "descriptors", "", Rows::startWithFewDescriptors, Rows::useUpDescriptors),
          new Faults.Row<>("bad-reload", "", percore(Map.of()), Rows::reloadBadConfiguration),
          new Faults.Row<>("leaks", "", percore(Map.of()), Rows::leaks));

  private static Faults.Starter<Percore> percore(Map<String, String> settings) {
    return folder -> Percore.start(folder, List.of(), settings);
  }

  /// Kills come faster than what would be a crash loop.
  private static Map<String, String> withoutBackOff() {
    return Map.of("supervision.stable_after", "10ms");
  }

  private static Map<String, String> withShortPatience() {
    return Map.of(
        "supervision.heartbeat_interval",
        "200ms",
        "supervision.heartbeat_timeout",
        STUCK_MILLIS + "ms");
  }

  /// No fault at all: what the machine and the load do to a server by themselves.
  private static void calm(Trial<? extends Server> trial) throws Exception {
    Thread.sleep(Duration.ofSeconds(Math.max(5, Trial.scaled(CALM_SECONDS))));
  }

  private static void reload(Trial<? extends Server> trial) throws Exception {
    trial.repeat(50, _ -> trial.replaceAllBy(Os.Signal.HUP));
  }

  private static void reloadWithAnotherConfiguration(Trial<Percore> trial) throws Exception {
    trial.repeat(
        50,
        number -> {
          trial.server().configure(Map.of("timeouts.idle", 60 + number % 2 + "s"));
          trial.replaceAllBy(Os.Signal.HUP);
        });
  }

  private static void upgrade(Trial<Percore> trial) throws Exception {
    trial.repeat(
        20,
        _ -> {
          long before = trial.server().masterPid();
          trial.replaceAllBy(Os.Signal.USR2);
          Os.await("the old master ends", 30, () -> Os.isGone(before));
        });
  }

  /// From 2 to 4 to 1, and back to 2.
  private static void scale(Trial<Percore> trial) throws Exception {
    List<Integer> stations = List.of(3, 4, 3, 2, 1, 2);
    trial.repeat(
        4 * stations.size(),
        number -> {
          int wanted = stations.get(number % stations.size());
          boolean more = wanted > trial.server().workersWanted();
          (more ? Os.Signal.TTIN : Os.Signal.TTOU).to(trial.server().masterPid());
          Os.await(
              wanted + " workers",
              60,
              () -> trial.server().workersWanted() == wanted && trial.server().isSettled());
        });
  }

  private static void recycle(Trial<Percore> trial) throws Exception {
    Thread.sleep(Duration.ofSeconds(Math.max(5, Trial.scaled(RECYCLE_SECONDS))));
    trial.injected(trial.server().restarts());
    if (trial.server().restarts() == 0) {
      throw new BrokenPromise("no worker was recycled");
    }
  }

  /// A worker is stopped before it is killed, so that what it holds can be listed.
  private static void kill(Trial<? extends Server> trial) throws Exception {
    trial.promiseGapMillis(KILL_GAP_MILLIS);
    var longestStop = new LongAccumulator(Math::max, 0);
    trial.repeat(
        50,
        number -> {
          long victim = trial.victim(number);
          long from = System.nanoTime();
          Set<Integer> held = trial.freeze(victim);
          Os.Signal.KILL.to(victim);
          longestStop.accumulate(System.nanoTime() - from);
          trial.awaitReplacement(victim, from, held);
        });
    trial.note(
        "stopped for %d ms at most before the kill".formatted(Trial.millis(longestStop.get())));
  }

  private static void stuck(Trial<Percore> trial) throws Exception {
    trial.promiseGapMillis(STUCK_GAP_MILLIS);
    trial.repeat(
        5,
        number -> {
          long victim = trial.victim(number);
          long from = System.nanoTime();
          Set<Integer> held = trial.freeze(victim);
          trial.awaitReplacement(victim, from, held);
        });
  }

  /// The JVM stops itself when it is out of memory, so that what it holds can be listed.
  private static Percore startWithExhaust(Path folder) throws Exception {
    Plugin.build(Path.of(System.getProperty("faults.plugin")), folder.resolve("plugins"));
    return Percore.start(
        folder,
        List.of(),
        Map.of("worker.jvm_options", "['-XX:OnOutOfMemoryError=kill -STOP %p']"));
  }

  private static void exhaustHeap(Trial<Percore> trial) throws Exception {
    trial.repeat(
        10,
        _ -> {
          int port = trial.server().port();
          try (Connection connection = Connection.open(port)) {
            connection.get("/healthz");
            long victim = trial.holderOf(connection.localPort());
            long from = System.nanoTime();
            connection.send("/exhaust");
            Os.await("out of memory", 30, () -> Os.isStopped(victim));
            Set<Integer> held = Os.clientPorts(victim, port);
            Os.Signal.CONT.to(victim);
            // Its event loop goes on to accept connections until it is dead.
            held.addAll(Os.clientPortsUntilGone(victim, port, 30));
            trial.awaitReplacement(victim, from, held);
          }
        });
  }

  private static void killMaster(Trial<Percore> trial) throws Exception {
    trial.repeat(
        3,
        _ -> {
          long master = trial.server().masterPid();
          Set<Long> all = trial.server().workers();
          all.add(master);
          long from = System.nanoTime();
          Os.Signal.KILL.to(master);
          Os.await("everything is gone", MASTER_GONE_SECONDS, () -> Os.areGone(all));
          long gone = System.nanoTime();
          trial.server().launch();
          trial.note(
              "gone after %d ms, a restart serves after %d ms more"
                  .formatted(Trial.millis(gone - from), Trial.millis(System.nanoTime() - gone)));
          trial.awaitRecovery(from);
        });
  }

  /// With a file system of its own that nobody else sees, or with a device that is always full.
  private static Percore startOnSmallDisk(Path folder) throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    String mount = "mount -t tmpfs -o size=64k none " + disk + " && exec \"$@\"";
    List<String> onDisk = List.of("unshare", "--mount", "sh", "-c", mount, "sh");
    if (!works(onDisk)) {
      Files.delete(disk);
      return Percore.start(folder, List.of(), logsTo("/dev/full", "/dev/full"));
    }
    return Percore.start(folder, onDisk, logsTo(disk + "/access.log", disk + "/percore.log"));
  }

  private static Map<String, String> logsTo(String accessLog, String log) {
    return Map.of("access_log.format", "combined", "access_log.file", accessLog, "log.file", log);
  }

  /// Whether a prefix of commands can be used here.
  private static boolean works(List<String> prefix) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\"", "sh"));
    command.addAll(prefix);
    command.add("true");
    return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  private static void fillDisk(Trial<Percore> trial) throws Exception {
    Path disk = trial.server().folder().resolve("disk");
    if (Files.exists(disk)) {
      Path seen = Path.of("/proc/" + trial.server().masterPid() + "/root" + disk);
      Os.await("the disk is full", 30, () -> Files.getFileStore(seen).getUsableSpace() == 0);
    } else {
      trial.note("no rights to mount a small disk: logs went to /dev/full");
    }
    trial.injected(1);
    Thread.sleep(Duration.ofSeconds(Trial.scaled(10)));
  }

  private static Percore startWithFewDescriptors(Path folder) throws Exception {
    String limit = "ulimit -n " + DESCRIPTORS + " && exec \"$@\"";
    return Percore.start(folder, List.of("sh", "-c", limit, "sh"), Map.of());
  }

  private static void useUpDescriptors(Trial<Percore> trial) throws Exception {
    Set<Long> before = trial.server().workers();
    trial.repeat(
        3,
        _ -> {
          long from = System.nanoTime();
          List<Socket> held = new ArrayList<>();
          for (int i = 0; i < 3 * DESCRIPTORS; i++) {
            held.add(new Socket("127.0.0.1", trial.server().port()));
          }
          Thread.sleep(HOLD);
          for (Socket socket : held) {
            socket.close();
          }
          trial.awaitRecovery(from);
        });
    if (!trial.server().workers().equals(before)) {
      throw new BrokenPromise("workers died");
    }
  }

  private static void reloadBadConfiguration(Trial<Percore> trial) throws Exception {
    Set<Long> before = trial.server().workers();
    trial.repeat(
        10,
        number -> {
          trial.server().configure(Map.of("workers", "minus-" + number));
          Os.Signal.HUP.to(trial.server().masterPid());
          Os.await("the log says why", 10, () -> trial.server().log().contains("minus-" + number));
        });
    if (!trial.server().workers().equals(before) || !trial.server().isSettled()) {
      throw new BrokenPromise("something changed");
    }
  }

  private static void leaks(Trial<Percore> trial) throws Exception {
    trial.replaceAllBy(Os.Signal.HUP);
    trial.load().pause();
    Holdings before = Holdings.of(trial.server());
    trial.load().resume();
    trial.load().measureFromHere();
    trial.repeat(100, _ -> trial.replaceAllBy(Os.Signal.HUP));
    trial.load().pause();
    Holdings after = Holdings.settled(trial.server(), before);
    trial.note("before: " + before);
    trial.note("after:  " + after);
    if (!after.equals(before)) {
      trial.note("more: " + after.beyond(before) + ", less: " + before.beyond(after));
      throw new BrokenPromise("it holds something else than before");
    }
  }
}
