import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// An open-loop client: requests come at a steady pace, whether those before them were answered
/// or not. Every other one opens a connection of its own and the rest share kept ones; in both
/// halves every other one computes. None is ever sent twice.
final class Load implements AutoCloseable {
  static final int PER_SECOND = Integer.getInteger("faults.rate", 400);

  /// Few enough that each is idle for most of the time, so that a server that closes idle
  /// connections meets some that are just about to be used.
  private static final int KEPT_CONNECTIONS = 32;

  private static final int WARM_UP_MILLIS_MIN = 2_000;
  private static final int WARM_UP_SECONDS_MAX = 30;
  private static final int AT_ONCE_MILLIS = 100;

  private final Server server;
  private final Queue<Visit> visits = new ConcurrentLinkedQueue<>();
  private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();
  private final AtomicInteger kept = new AtomicInteger();
  private final AtomicInteger underWay = new AtomicInteger();
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread pacer = Thread.ofPlatform().name("pacer").unstarted(this::pace);
  private volatile boolean paused;
  private volatile boolean finished;
  private volatile long measuredFrom = Long.MAX_VALUE;
  private volatile long worstLatenessNanos;

  enum Outcome {
    ANSWERED,
    /// By another status than 200.
    REFUSED_BY_STATUS,
    WRONG_CONTENT,
    CONNECTION_REFUSED,
    /// Reset, or closed before the whole answer was there.
    BROKEN,
    TIMED_OUT
  }

  /// One request and what became of it.
  ///
  /// @param fresh whether it opened a connection of its own
  /// @param port of the client's side, 0 if there was no connection
  record Visit(
      int id,
      boolean compute,
      boolean fresh,
      int port,
      long startedNanos,
      long endedNanos,
      Outcome outcome,
      String detail) {
    long nanos() {
      return endedNanos - startedNanos;
    }

    long millis() {
      return nanos() / 1_000_000;
    }

    boolean isAnswered() {
      return outcome == Outcome.ANSWERED;
    }

    boolean isAnsweredAtOnce() {
      return isAnswered() && millis() < AT_ONCE_MILLIS;
    }

    @Override
    public String toString() {
      return "request %d, %s on a %s connection: %s after %d ms %.200s"
          .formatted(
              id,
              compute ? "a computation" : "a cheap one",
              fresh ? "new" : "kept",
              outcome,
              millis(),
              detail);
    }
  }

  private Load(Server server) {
    this.server = server;
  }

  static Load start(Server server) {
    var load = new Load(server);
    load.pacer.start();
    return load;
  }

  /// Waits until client and server are warm, and measures from then on.
  void warmUp() throws InterruptedException {
    Thread.sleep(WARM_UP_MILLIS_MIN);
    boolean _ = isCalmWithin(WARM_UP_SECONDS_MAX);
    measureFromHere();
  }

  /// Whether, before so many seconds have passed, all is answered at once for a second.
  boolean isCalmWithin(int seconds) throws InterruptedException {
    for (int i = 0; i < seconds; i++) {
      long from = System.nanoTime();
      Thread.sleep(1_000);
      List<Visit> latest = since(from);
      if (!latest.isEmpty() && latest.stream().allMatch(Visit::isAnsweredAtOnce)) {
        return true;
      }
    }
    return false;
  }

  private List<Visit> since(long nanos) {
    return visits.stream().filter(visit -> visit.startedNanos() >= nanos).toList();
  }

  /// Forgets what has been so far.
  void measureFromHere() {
    worstLatenessNanos = 0;
    measuredFrom = System.nanoTime();
  }

  /// How much later than due the client itself sent a request, at most.
  long worstLatenessNanos() {
    return worstLatenessNanos;
  }

  /// Sends nothing more until [#resume], and closes all connections.
  void pause() throws Exception {
    paused = true;
    Os.await("the client's end", 30, () -> underWay.get() == 0);
    closeIdle();
  }

  void resume() {
    paused = false;
  }

  /// Ends, and tells how all fared that were measured, in the order of their start.
  List<Visit> finish() throws InterruptedException {
    close();
    return since(measuredFrom).stream().sorted(Comparator.comparingInt(Visit::id)).toList();
  }

  private void pace() {
    Native.goFirst(); // and with it the threads that carry the clients
    long interval = 1_000_000_000L / PER_SECOND;
    long due = System.nanoTime();
    int id = 0;
    while (!finished) {
      due += interval;
      for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
        LockSupport.parkNanos(due - now);
      }
      if (!paused) {
        int next = id++;
        long dueNanos = due;
        underWay.incrementAndGet();
        clients.execute(() -> visit(next, dueNanos));
      }
    }
  }

  private void visit(int id, long dueNanos) {
    long started = System.nanoTime();
    worstLatenessNanos = Math.max(worstLatenessNanos, started - dueNanos);
    boolean alone = id % 2 == 0;
    boolean compute = id / 2 % 2 == 0;
    Connection connection = alone ? null : takeIdle();
    boolean fresh = connection == null;
    int port = 0;
    Outcome outcome;
    String detail = "";
    boolean lasting = false;
    try {
      if (fresh) {
        connection = Connection.open(server.port());
      }
      port = connection.localPort();
      Connection.Answer answer = connection.get(server.target(id, compute));
      lasting = answer.lasting();
      outcome = judge(answer, id, compute);
      detail = outcome == Outcome.ANSWERED ? "" : answer.toString();
    } catch (SocketTimeoutException timeout) {
      outcome = Outcome.TIMED_OUT;
    } catch (ConnectException refused) {
      outcome = Outcome.CONNECTION_REFUSED;
    } catch (IOException broken) {
      outcome = Outcome.BROKEN;
      detail = broken.getMessage();
    }
    long ended = System.nanoTime();
    visits.add(new Visit(id, compute, fresh, port, started, ended, outcome, detail));
    giveBack(connection, fresh, alone, lasting);
    underWay.decrementAndGet();
  }

  private Outcome judge(Connection.Answer answer, int id, boolean compute) {
    if (answer.status() != 200) {
      return Outcome.REFUSED_BY_STATUS;
    }
    return server.isRight(answer.body(), id, compute) ? Outcome.ANSWERED : Outcome.WRONG_CONTENT;
  }

  /// The kept connection that has been idle for longest; null while there are too few of them.
  private Connection takeIdle() {
    if (kept.get() < KEPT_CONNECTIONS) {
      return null;
    }
    Connection connection;
    while ((connection = idle.pollFirst()) != null && !connection.isOpen()) {
      forget(connection);
    }
    return connection;
  }

  private void giveBack(Connection connection, boolean fresh, boolean alone, boolean lasting) {
    if (connection == null) {
      return;
    }
    if (fresh && (alone || !lasting || kept.get() >= KEPT_CONNECTIONS)) {
      connection.close();
    } else if (lasting) {
      if (fresh) {
        kept.incrementAndGet();
      }
      idle.addLast(connection);
    } else {
      forget(connection);
    }
  }

  private void forget(Connection connection) {
    kept.decrementAndGet();
    connection.close();
  }

  private void closeIdle() {
    Connection connection;
    while ((connection = idle.pollFirst()) != null) {
      forget(connection);
    }
  }

  /// Ends, and waits for what is under way.
  @Override
  public void close() throws InterruptedException {
    finished = true;
    pacer.join();
    clients.close();
    closeIdle();
  }
}
