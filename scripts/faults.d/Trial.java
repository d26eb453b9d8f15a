import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A row of the table while it is made: a server under load, the faults injected so far, and the
/// requests that a fault may cost.
final class Trial<S extends Server> {
  private static final double SCALE = Double.parseDouble(System.getProperty("faults.scale", "1"));
  private static final int PAUSE_MILLIS = 200;
  private static final int REPLACE_SECONDS = 60;
  private static final int RECOVER_SECONDS = 20;

  /// Requests of a kind that are printed.
  private static final int EXAMPLES = 3;

  private final S server;
  private final Load load;
  private final List<Excuse> excuses = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final NavigableSet<Long> injections = new TreeSet<>();
  private int injected;
  private int gapMillisMax = Integer.MAX_VALUE;

  /// What happens to the server.
  interface Fault<S extends Server> {
    void inject(Trial<S> trial) throws Exception;
  }

  /// One injection of several; `number` counts from 0.
  interface Injection {
    void inject(int number) throws Exception;
  }

  /// Requests that may fail: those under way at some moment between two.
  ///
  /// @param ports the clients' ports that it is about, or null for all
  private record Excuse(long fromNanos, long toNanos, Set<Integer> ports) {
    boolean covers(Load.Visit visit) {
      return visit.startedNanos() <= toNanos
          && visit.endedNanos() >= fromNanos
          && (ports == null || ports.contains(visit.port()));
    }
  }

  Trial(S server, Load load) {
    this.server = server;
    this.load = load;
  }

  S server() {
    return server;
  }

  Load load() {
    return load;
  }

  /// A number of times as the user wants it scaled, 1 at least.
  static int scaled(int count) {
    return (int) Math.max(1, Math.round(count * SCALE));
  }

  void repeat(int count, Injection injection) throws Exception {
    for (int i = 0; i < scaled(count); i++) {
      injections.add(System.nanoTime());
      injection.inject(i);
      injected++;
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  void injected(int times) {
    injected = times;
  }

  void note(String text) {
    notes.add(text);
  }

  /// The row is broken if a new connection waits longer for its answer.
  void promiseGapMillis(int max) {
    gapMillisMax = max;
  }

  /// Waits until all is answered at once again. What was under way since a moment may fail.
  void awaitRecovery(long fromNanos) throws Exception {
    if (!load.isCalmWithin(RECOVER_SECONDS)) {
      throw new BrokenPromise("no recovery within " + RECOVER_SECONDS + " s");
    }
    excuses.add(new Excuse(fromNanos, System.nanoTime(), null));
  }

  /// A signal to the master, by which every worker is replaced.
  void replaceAllBy(Os.Signal signal) throws Exception {
    Set<Long> before = server.workers();
    signal.to(server.masterPid());
    Os.await(
        "all workers are replaced after " + signal,
        REPLACE_SECONDS,
        () -> Os.areGone(before) && server.isSettled());
  }

  /// Stops a worker and tells what it holds: the clients' ports of its connections.
  Set<Integer> freeze(long worker) throws Exception {
    Native.goFirst(); // clients wait meanwhile
    try {
      Os.freeze(worker);
      return Os.clientPorts(worker, server.port());
    } finally {
      Native.takeTurns();
    }
  }

  /// Waits until a worker has ended; until then what it holds may fail with it. Then waits until
  /// there is another.
  ///
  /// @param held the clients' ports of its connections
  void awaitReplacement(long victim, long fromNanos, Set<Integer> held) throws Exception {
    Os.await("pid " + victim + " ends", REPLACE_SECONDS, () -> Os.isGone(victim));
    excuses.add(new Excuse(fromNanos, System.nanoTime(), held));
    Os.await("pid " + victim + " is replaced", REPLACE_SECONDS, server::isSettled);
  }

  /// The worker that has the connection of a client. It may have it computed by another one.
  long holderOf(int clientPort) throws Exception {
    for (long worker : server.workers()) {
      if (Os.clientPorts(worker, server.port()).contains(clientPort)) {
        return worker;
      }
    }
    throw new BrokenPromise("an answer on a connection that no worker has");
  }

  /// One of the workers, another one each time.
  long victim(int number) throws Exception {
    List<Long> workers = server.workers().stream().sorted().toList();
    long victim = workers.get(number % workers.size());
    // A rehearsal: done for the first time it is slow, and then clients wait.
    boolean _ = Os.isStopped(victim);
    Set<Integer> _ = Os.clientPorts(victim, server.port());
    return victim;
  }

  /// Ends the load, and tells how it fared.
  Result result(String fault, List<String> broken) throws Exception {
    List<Load.Visit> visits = load.finish();
    List<Load.Visit> failed = visits.stream().filter(visit -> !visit.isAnswered()).toList();
    List<Load.Visit> inexcusable =
        failed.stream().filter(visit -> excuses.stream().noneMatch(e -> e.covers(visit))).toList();
    List<String> promises = new ArrayList<>(broken);
    long gap = longestAnswer(visits);
    if (gap > gapMillisMax) {
      promises.add("a gap above " + gapMillisMax + " ms");
    }
    if (gap > Result.GAP_MILLIS_FINE) {
      slowest(visits).forEach(visit -> note(visit + ", " + sinceInjection(visit)));
    }
    if (!inexcusable.isEmpty()) {
      promises.add("failed requests");
      note(
          "failed: "
              + inexcusable.stream()
                  .collect(Collectors.groupingBy(Load.Visit::outcome, Collectors.counting())));
    }
    inexcusable.stream().limit(EXAMPLES).map(Object::toString).forEach(this::note);
    return new Result(
        fault,
        injected,
        visits.size(),
        inexcusable.size(),
        failed.size() - inexcusable.size(),
        gap,
        longestSilence(visits),
        millis(load.worstLatenessNanos()),
        promises,
        notes);
  }

  private static Stream<Load.Visit> slowest(List<Load.Visit> visits) {
    return visits.stream()
        .filter(visit -> visit.fresh() && visit.isAnswered())
        .sorted(Comparator.comparingLong(Load.Visit::nanos).reversed())
        .limit(EXAMPLES);
  }

  private String sinceInjection(Load.Visit visit) {
    Long last = injections.floor(visit.startedNanos());
    return last == null
        ? "begun before the first injection"
        : "begun %d ms after an injection".formatted(millis(visit.startedNanos() - last));
  }

  private static long longestAnswer(List<Load.Visit> visits) {
    return slowest(visits).findFirst().map(Load.Visit::millis).orElse(0L);
  }

  private static long longestSilence(List<Load.Visit> visits) {
    long[] ends =
        visits.stream()
            .filter(visit -> visit.fresh() && visit.isAnswered())
            .mapToLong(Load.Visit::endedNanos)
            .sorted()
            .toArray();
    long longest = 0;
    for (int i = 1; i < ends.length; i++) {
      longest = Math.max(longest, ends[i] - ends[i - 1]);
    }
    return millis(longest);
  }

  static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
