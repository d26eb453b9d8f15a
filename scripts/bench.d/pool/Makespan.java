import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// How long all cores take for many tasks, against the ideal: what the tasks take one after the
/// other, alone, by as many cores.
final class Makespan {
  private static final int TASKS = 200;
  private static final long STEPS = 2_000_000_000L;

  private final URI base;
  private final int cores;
  private final long steps;

  Makespan(URI base, int cores, double scale) {
    this.base = base;
    this.cores = cores;
    this.steps = (long) (STEPS * scale);
  }

  void print() throws Exception {
    System.out.printf(
        "%n%-40s %9s %9s %11s %11s %7s%n",
        "200 tasks", "serial s", "makespan", "efficiency", "of own time", "target");
    long[] equal = new long[TASKS];
    Arrays.fill(equal, steps / TASKS);
    long[] heavy = heavyTailed();
    row("equal, a connection for each in flight", equal, false, 0.97);
    row("heavy-tailed, the same", heavy, false, 0.93);
    row("equal, 2 pipelined, both at one worker", equal, true, 0.93);
    row("heavy-tailed, the same", heavy, true, 0.93);
  }

  // Pareto with an exponent of 1.2, from a fixed seed; none above a share of one core.
  private long[] heavyTailed() {
    Random random = new Random(42);
    double[] sizes = new double[TASKS];
    for (int i = 0; i < TASKS; i++) {
      sizes[i] = Math.pow(1 - random.nextDouble(), -1 / 1.2);
    }
    double total = Arrays.stream(sizes).sum();
    return Arrays.stream(sizes)
        .mapToLong(size -> (long) Math.min(steps * size / total, steps / (double) cores))
        .toArray();
  }

  private void row(String title, long[] tasks, boolean skewed, double target) throws Exception {
    double serial = serial(tasks);
    List<Http> connections = connections(skewed);
    Queue<Task> done = new ConcurrentLinkedQueue<>();
    long began = System.nanoTime();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      Queue<Long> left = new ConcurrentLinkedQueue<>(Arrays.stream(tasks).boxed().toList());
      for (int i = 0; i < connections.size(); i++) {
        Http connection = connections.get(i);
        int first = i * TASKS / 2;
        all.add(
            clients.submit(
                () -> {
                  if (skewed) {
                    pipeline(connection, Arrays.copyOfRange(tasks, first, first + TASKS / 2), done);
                  } else {
                    for (Long n = left.poll(); n != null; n = left.poll()) {
                      done.add(Task.of(connection.get("/calc?n=" + n)));
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    for (Http connection : connections) {
      connection.close();
    }
    double own = done.stream().mapToDouble(Task::seconds).sum();
    System.out.printf(
        "%-40s %9.2f %9.2f %11.3f %11.3f %7.2f%n",
        title, serial, seconds, serial / cores / seconds, own / cores / seconds, target);
  }

  private static void pipeline(Http connection, long[] tasks, Queue<Task> done) throws Exception {
    for (long n : tasks) {
      connection.send("/calc?n=" + n);
    }
    for (long _ : tasks) {
      done.add(Task.of(connection.receive()));
    }
  }

  // The task's own times, one after the other with nothing beside them.
  private double serial(long[] tasks) throws Exception {
    double seconds = 0;
    try (Http connection = new Http(base)) {
      for (long n : tasks) {
        seconds += Task.of(connection.get("/calc?n=" + n)).seconds();
      }
    }
    return seconds;
  }

  private List<Http> connections(boolean skewed) throws Exception {
    List<Http> wanted = new ArrayList<>();
    if (!skewed) {
      for (int i = 0; i < 8 * cores; i++) {
        wanted.add(new Http(base));
      }
      return wanted;
    }
    for (int tries = 0; wanted.size() < 2 && tries < 200; tries++) {
      Http connection = new Http(base);
      if (Task.of(connection.get("/calc?n=1")).slot() == 0) {
        wanted.add(connection);
      } else {
        connection.close();
      }
    }
    if (wanted.size() < 2) {
      throw new IllegalStateException("no two connections to worker 0 in 200 tries");
    }
    return wanted;
  }
}
