package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Processes of this machine, seen through /proc.
final class OsProcesses {
  private static final long LOOK_INTERVAL_NANOS = Duration.ofMillis(10).toNanos();

  private OsProcesses() {}

  /// The pids of all living processes that have this text in their arguments. A zombie has none.
  static List<Long> withArgument(String text) throws IOException {
    List<Long> pids = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        if (arguments(process).contains(text)) {
          pids.add(Long.parseLong(process.getFileName().toString()));
        }
      }
    }
    return pids;
  }

  /// Sends a signal by its name, such as `STOP`.
  static void send(String signal, long pid) throws IOException {
    Process kill = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid).start();
    assertThat(kill.onExit().join().exitValue()).as("kill -%s %d", signal, pid).isZero();
  }

  /// The highest number among the descriptors that a process has open.
  static int highestDescriptor(long pid) throws IOException {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      int highest = 0;
      for (Path descriptor : open) {
        highest = Math.max(highest, Integer.parseInt(descriptor.getFileName().toString()));
      }
      return highest;
    }
  }

  /// Sets below which number new descriptors of a process have to be (RLIMIT_NOFILE, the soft one).
  static void limitDescriptors(long pid, int limit) throws IOException {
    Process prlimit =
        new ProcessBuilder("prlimit", "--pid", Long.toString(pid), "--nofile=" + limit + ":")
            .start();
    assertThat(prlimit.onExit().join().exitValue()).as("prlimit of %d", pid).isZero();
  }

  /// Stops a process (SIGSTOP) and returns when none of its threads runs any more, which the
  /// signal alone does not promise: a thread may still accept a connection after it was sent.
  static void stop(long pid) throws Exception {
    send("STOP", pid);
    Await.until("pid " + pid + " is stopped", () -> allThreadsStopped(pid));
  }

  /// Whether it runs; a zombie does not.
  static boolean isRunning(long pid) {
    return !arguments(Path.of("/proc/" + pid)).isEmpty();
  }

  /// Waits for the end of a process that need not be a child of this one.
  static void awaitEnd(long pid, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (isRunning(pid)) {
      assertThat(System.nanoTime() - deadline).as("pid %d runs on", pid).isNegative();
      LockSupport.parkNanos(LOOK_INTERVAL_NANOS);
    }
  }

  /// Whether it has the server's end of a TCP connection, that is, has accepted it.
  static boolean hasConnection(long pid, int serverPort, int clientPort) throws IOException {
    Set<String> ends =
        Stream.concat(
                tcpSockets("/proc/net/tcp", serverPort, clientPort),
                tcpSockets("/proc/net/tcp6", serverPort, clientPort))
            .collect(Collectors.toSet());
    return open(pid).stream().anyMatch(ends::contains);
  }

  /// The TCP addresses that it listens on, as the kernel writes them.
  static List<String> tcpListeners(long pid) throws IOException {
    List<String> open = open(pid);
    List<String> addresses = new ArrayList<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      Files.readAllLines(Path.of(table)).stream()
          .map(line -> line.strip().split("\\s+", -1))
          .filter(columns -> columns[3].equals("0A")) // TCP_LISTEN
          .filter(columns -> open.contains("socket:[" + columns[9] + "]"))
          .forEach(columns -> addresses.add(columns[1]));
    }
    return addresses;
  }

  /// How many connections by Unix sockets it has; one that listens, as a JVM does, is none.
  static int unixConnections(long pid) throws IOException {
    Set<String> all =
        Files.readAllLines(Path.of("/proc/net/unix")).stream()
            .skip(1) // the names of the columns
            .map(line -> line.strip().split("\\s+", -1))
            .filter(columns -> columns[5].equals("03")) // SS_CONNECTED
            .map(columns -> "socket:[" + columns[6] + "]")
            .collect(Collectors.toSet());
    return (int) open(pid).stream().filter(all::contains).count();
  }

  /// What it has open, as the links in its `/proc/PID/fd` have it; empty for what was closed in the
  /// meantime.
  static List<String> open(long pid) throws IOException {
    List<String> targets = new ArrayList<>();
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path descriptor : open) {
        targets.add(target(descriptor));
      }
    }
    return targets;
  }

  private static Stream<String> tcpSockets(String table, int localPort, int remotePort)
      throws IOException {
    String local = String.format(Locale.ROOT, ":%04X", localPort);
    String remote = String.format(Locale.ROOT, ":%04X", remotePort);
    return Files.readAllLines(Path.of(table)).stream()
        .map(line -> line.strip().split("\\s+", -1))
        .filter(columns -> columns[1].endsWith(local) && columns[2].endsWith(remote))
        .map(columns -> "socket:[" + columns[9] + "]");
  }

  private static String target(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException _) {
      return ""; // it was closed between the two looks
    }
  }

  /// How many descriptors it has open.
  static int descriptors(long pid) throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return (int) open.count();
    }
  }

  /// The pids of its children that have ended and that it has not reaped.
  static List<Long> zombies(long parent) throws IOException {
    List<Long> zombies = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        String[] stat = stat(process);
        if (stat.length > 1 && stat[0].equals("Z") && stat[1].equals(Long.toString(parent))) {
          zombies.add(Long.parseLong(process.getFileName().toString()));
        }
      }
    }
    return zombies;
  }

  // Its fields after the name in brackets: state, parent, and so on.
  private static String[] stat(Path process) {
    try {
      String stat = Files.readString(process.resolve("stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    } catch (IOException _) {
      return new String[0]; // it ended between the two looks
    }
  }

  private static boolean allThreadsStopped(long pid) throws IOException {
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
      for (Path thread : threads) {
        String stat = Files.readString(thread.resolve("stat"));
        if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
          return false;
        }
      }
    }
    return true;
  }

  private static String arguments(Path process) {
    try {
      return new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8);
    } catch (IOException _) {
      return ""; // it ended between the two looks
    }
  }
}
