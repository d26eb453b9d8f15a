import dev.percore.protocol.client.ProcessPool;
import dev.percore.protocol.client.Result;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The classic comparison: five times counting to N (100,000,000) in one thread, in five threads, and
/// in a pool of processes.
///
/// ```
/// java -cp 'HOME/lib/*' -Dpercore.home=HOME docs/examples/FiveTimes.java [N]
/// ```
public final class FiveTimes {
  private static final int TIMES = 5;
  private static final VarHandle SUM;

  static {
    try {
      SUM = MethodHandles.lookup().findVarHandle(Counter.class, "sum", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /// What is counted in. The server's `count` does the same.
  private static final class Counter {
    @SuppressWarnings("unused")
    private long sum;
  }

  private FiveTimes() {}

  public static void main(String[] arguments) throws Exception {
    long n = arguments.length > 0 ? Long.parseLong(arguments[0]) : 100_000_000;
    count(n); // so that the compiler has done its work before anything is measured
    try (ExecutorService one = Executors.newSingleThreadExecutor();
        ExecutorService five = Executors.newFixedThreadPool(TIMES)) {
      inThreads("one thread", one, n);
      inThreads("five threads", five, n);
    }
    int workers = Runtime.getRuntime().availableProcessors();
    try (ProcessPool pool = ProcessPool.start(workers)) {
      pool.map("count", Collections.nCopies(2 * workers, Map.of("n", n / 100 + 1)));
      long began = System.nanoTime();
      for (Result result : pool.map("count", Collections.nCopies(TIMES, Map.of("n", n)))) {
        log(result.pid(), "worker-" + result.slot(), "-", result.thread(), "%,d in %d ms".formatted(
            result.integer(), result.computed().toMillis()));
      }
      total("process pool of " + workers, began);
      pool.close();
      pool.join();
    }
  }

  private static void inThreads(String title, ExecutorService threads, long n) throws Exception {
    long began = System.nanoTime();
    List<Callable<Long>> calls = new ArrayList<>(Collections.nCopies(TIMES, () -> count(n)));
    for (Future<Long> call : threads.invokeAll(calls)) {
      call.get();
    }
    total(title, began);
  }

  private static long count(long n) {
    long began = System.nanoTime();
    Counter counter = new Counter();
    for (long i = 0; i < n; i++) {
      SUM.setOpaque(counter, (long) SUM.getOpaque(counter) + 1);
    }
    Thread thread = Thread.currentThread();
    log(ProcessHandle.current().pid(), "main", Long.toString(thread.threadId()), thread.getName(),
        "%,d in %d ms".formatted((long) SUM.getOpaque(counter), (System.nanoTime() - began) / 1_000_000));
    return (long) SUM.getOpaque(counter);
  }

  private static void log(long pid, String process, String threadId, String thread, String text) {
    System.out.printf("%tT.%<tL pid=%d process=%s thread_id=%s thread=%s %s%n",
        System.currentTimeMillis(), pid, process, threadId, thread, text);
  }

  private static void total(String title, long began) {
    System.out.printf("== %s: %d ms%n", title, (System.nanoTime() - began) / 1_000_000);
  }
}
