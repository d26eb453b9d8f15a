import dev.percore.protocol.client.Computation;
import dev.percore.protocol.client.ProcessPool;
import dev.percore.protocol.client.Result;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// The classic comparison: five times counting to N, 100,000,000 unless told otherwise, in one
/// thread, in five threads, and in a pool of processes, one for each core.
///
/// `scripts/five-times [N]` builds what is not built and runs it. With a distribution in HOME:
/// `java -cp 'HOME/lib/*' FiveTimes.java [N]`.
public final class FiveTimes {
  private static final int TIMES = 5;

  /// Reads and writes that the compiler keeps, or it would fold the additions into one.
  private static final VarHandle SUM;

  static {
    try {
      SUM = MethodHandles.lookup().findVarHandle(Counter.class, "sum", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /// What is counted in. The function `count` of the server counts in the same way.
  private static final class Counter {
    private long sum;
  }

  private FiveTimes() {}

  public static void main(String[] arguments) throws Exception {
    long n = arguments.length > 0 ? Long.parseLong(arguments[0]) : 100_000_000;
    for (int i = 0; i < TIMES; i++) {
      add(new Counter(), n / 20); // so that the compilers have done their work before
    }
    try (ExecutorService one = Executors.newSingleThreadExecutor()) {
      inThreads("one thread", one, n);
    }
    try (ExecutorService five = Executors.newFixedThreadPool(TIMES)) {
      inThreads("five threads", five, n);
    }
    int workers = Runtime.getRuntime().availableProcessors();
    try (ProcessPool pool = ProcessPool.start(workers)) {
      pool.map("count", Collections.nCopies(4 * workers, n / 20));
      inProcesses("a pool of %d processes".formatted(workers), pool, n);
      pool.close();
      pool.join();
    }
  }

  private static void inThreads(String title, ExecutorService threads, long n) throws Exception {
    long began = System.nanoTime();
    List<Callable<Long>> calls = Collections.nCopies(TIMES, () -> count(n));
    for (Future<Long> call : threads.invokeAll(calls)) {
      call.get();
    }
    total(title, began);
  }

  private static void inProcesses(String title, ProcessPool pool, long n) {
    long began = System.nanoTime();
    List<CompletableFuture<Void>> calls =
        Stream.generate(() -> pool.applyAsync("count", Map.of("n", n)).thenAccept(FiveTimes::log))
            .limit(TIMES)
            .toList();
    calls.forEach(CompletableFuture::join);
    total(title, began);
  }

  private static long count(long n) {
    long began = System.nanoTime();
    Counter counter = new Counter();
    add(counter, n);
    Thread thread = Thread.currentThread();
    log(
        ProcessHandle.current().pid(),
        "main",
        thread.threadId(),
        thread.getName(),
        "counted to %,d in %,d ms".formatted(counter.sum, millisSince(began)));
    return counter.sum;
  }

  private static void add(Counter counter, long times) {
    for (long i = 0; i < times; i++) {
      SUM.setOpaque(counter, (long) SUM.getOpaque(counter) + 1);
    }
  }

  private static void log(Result result) {
    Computation where = result.computation().orElseThrow();
    log(
        where.pid(),
        where.process(),
        where.threadId(),
        where.thread(),
        "counted to %,d in %,d ms".formatted(result.integer(), where.computed().toMillis()));
  }

  private static void log(long pid, String process, long threadId, String thread, String text) {
    System.out.printf(
        "%tT.%<tL pid=%d process=%s thread_id=%d thread=%s %s%n",
        System.currentTimeMillis(), pid, process, threadId, thread, text);
  }

  private static void total(String title, long began) {
    System.out.printf("%d times in %s: %,d ms%n%n", TIMES, title, millisSince(began));
  }

  private static long millisSince(long began) {
    return (System.nanoTime() - began) / 1_000_000;
  }
}
