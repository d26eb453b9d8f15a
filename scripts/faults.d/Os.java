import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// What the operating system knows of processes, from /proc, so that no server has to be
/// believed.
final class Os {
  /// Each look costs time on the processors that the server needs.
  private static final int POLL_MILLIS = 20;

  private static final int FREEZE_POLL_NANOS = 200_000;

  private Os() {}

  /// Signals, by their numbers on Linux.
  enum Signal {
    HUP(1),
    KILL(9),
    USR2(12),
    TERM(15),
    CONT(18),
    STOP(19),
    TTIN(21),
    TTOU(22);

    private final int number;

    Signal(int number) {
      this.number = number;
    }

    void to(long pid) {
      Native.kill(pid, number);
    }
  }

  /// Waits for a condition; where it cannot be looked at, it does not hold.
  ///
  /// @throws BrokenPromise if it does not come true in time
  static void await(String what, int seconds, Callable<Boolean> condition) throws Exception {
    if (!isWithin(seconds, condition)) {
      throw new BrokenPromise(what + ": not within " + seconds + " s");
    }
  }

  /// Whether a condition comes to hold in time.
  static boolean isWithin(int seconds, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!holds(condition)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return true;
  }

  private static boolean holds(Callable<Boolean> condition) throws Exception {
    try {
      return condition.call();
    } catch (IOException notNow) {
      return false;
    }
  }

  /// The processes that live and whose command lines contain all these texts.
  static Set<Long> mentioning(String... texts) throws IOException {
    Set<Long> pids = new TreeSet<>();
    for (String name : list(Path.of("/proc"))) {
      long pid = Character.isDigit(name.charAt(0)) ? Long.parseLong(name) : 0;
      String command = pid > 0 ? read(pid, "cmdline") : "";
      if (!command.isEmpty() && Stream.of(texts).allMatch(command::contains) && !isGone(pid)) {
        pids.add(pid);
      }
    }
    return pids;
  }

  /// Those of them that are children of a process.
  static Set<Long> children(long parent, String text) throws IOException {
    Set<Long> pids = mentioning(text);
    pids.removeIf(pid -> parent(pid) != parent);
    return pids;
  }

  /// Whether it has ended; a zombie has. Its sockets live as long as the last of its threads,
  /// which need not be the first that ends.
  static boolean isGone(long pid) throws IOException {
    return "ZX".indexOf(state(read(pid, "stat"))) >= 0 && areThreads(pid, "ZX");
  }

  static boolean areGone(Collection<Long> pids) throws IOException {
    for (long pid : pids) {
      if (!isGone(pid)) {
        return false;
      }
    }
    return true;
  }

  /// Stops every thread of a process. Looks often, since clients wait.
  static void freeze(long pid) throws IOException {
    Signal.STOP.to(pid);
    while (!isStopped(pid)) {
      LockSupport.parkNanos(FREEZE_POLL_NANOS);
    }
  }

  static boolean isStopped(long pid) throws IOException {
    return areThreads(pid, "TZX");
  }

  private static boolean areThreads(long pid, String states) throws IOException {
    for (String thread : list(process(pid).resolve("task"))) {
      if (states.indexOf(state(read(pid, "task/" + thread + "/stat"))) < 0) {
        return false;
      }
    }
    return true;
  }

  /// Children that have ended and that their parent has not asked about.
  static long zombies(long parent) throws IOException {
    return list(Path.of("/proc")).stream()
        .filter(name -> Character.isDigit(name.charAt(0)))
        .mapToLong(Long::parseLong)
        .filter(pid -> state(read(pid, "stat")) == 'Z' && parent(pid) == parent)
        .count();
  }

  /// The descriptors of a process, and what they refer to.
  static Map<Integer, String> descriptors(long pid) throws IOException {
    Path folder = process(pid).resolve("fd");
    Map<Integer, String> targets = new TreeMap<>();
    for (String number : list(folder)) {
      try {
        Path target = Files.readSymbolicLink(folder.resolve(number));
        targets.put(Integer.parseInt(number), target.toString());
      } catch (NoSuchFileException closed) {
        continue;
      }
    }
    return targets;
  }

  /// The clients' ports of those connections to a port that a process holds. What waits to be
  /// accepted does not belong to it yet.
  static Set<Integer> clientPorts(long pid, int port) throws IOException {
    Map<Integer, String> sockets = descriptors(pid);
    sockets.values().removeIf(target -> !target.startsWith("socket:"));
    return Native.peerPorts(pid, sockets.keySet(), port);
  }

  /// The same of all that a process holds from now to its end, but for what it accepts in the last
  /// millisecond.
  static Set<Integer> clientPortsUntilGone(long pid, int port, int seconds) throws Exception {
    Set<Integer> ports = new TreeSet<>();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!isGone(pid) && System.nanoTime() < deadline) {
      try {
        ports.addAll(clientPorts(pid, port));
      } catch (IllegalStateException | IOException dying) {
        break; // it could be looked into before
      }
      Thread.sleep(Duration.ofNanos(500_000));
    }
    await("pid " + pid + " ends", seconds, () -> isGone(pid));
    return ports;
  }

  /// A port that nobody listens on, outside the range that the kernel gives to clients.
  static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
      try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (IOException taken) {
        continue;
      }
    }
  }

  /// The names of what is in a folder; none if it is gone.
  static List<String> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (NoSuchFileException gone) {
      return List.of();
    }
  }

  private static char state(String stat) {
    return stat.isEmpty() ? 'X' : stat.charAt(stat.lastIndexOf(')') + 2);
  }

  private static long parent(long pid) {
    String stat = read(pid, "stat");
    return stat.isEmpty()
        ? 0
        : Long.parseLong(stat.substring(stat.lastIndexOf(')') + 4).split(" ")[0]);
  }

  private static Path process(long pid) {
    return Path.of("/proc", Long.toString(pid));
  }

  /// A file of a process; empty if it is gone.
  private static String read(long pid, String file) {
    try {
      return Files.readString(process(pid).resolve(file), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }
}
