package pool;

import common.Functions;
import common.Http;
import common.Medians;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// How long all cores take for many tasks, against the ideal: what the tasks take one after the
/// other, with nothing beside them, divided by the cores.
///
/// No server can be nearer to the ideal than the machine's cores are independent of each other:
/// the same function with the same arguments in bare threads of this process shows how much that
/// is, in the same round.
final class Makespan {
  private static final int TASKS = 200;
  private static final long POINTS = 1_000_000_000L;
  private static final String TARGET = "/calc/montecarlo?seed=1&samples=";

  /// Runs of smaller tasks before those that count.
  private static final int WARM_UPS = 40;

  private static final int SMALLER = 50;

  /// Enough that none of the workers idles, as long as tasks are left.
  private static final int CONNECTIONS_A_CORE = 8;

  private final Setup setup;
  private final long points;
  private final Map<Long, String> expected = new ConcurrentHashMap<>();

  /// Makespans of one round, and the ideal.
  private record Round(double ideal, double threads, double pool) {
    double ofThreads() {
      return ideal / threads;
    }

    double ofPool() {
      return ideal / pool;
    }

    double againstThreads() {
      return threads / pool;
    }
  }

  /// Has all tasks done.
  private interface Way {
    void run(long[] tasks) throws Exception;
  }

  Makespan(Setup setup) {
    this.setup = setup;
    this.points = (long) (POINTS * setup.scale());
  }

  void print() throws Exception {
    System.out.printf(
        "%n%-44s %8s %8s %8s %12s %7s%n",
        TASKS + " tasks, medians of " + setup.rounds(),
        "ideal s",
        "threads",
        "Percore",
        "of threads'",
        "target");
    long[] equal = new long[TASKS];
    Arrays.fill(equal, points / TASKS);
    long[] heavy = heavyTailed();
    row("equal", equal, this::spread, 0.97);
    row("heavy-tailed", heavy, this::spread, 0.93);
    row("equal, 2 connections at one worker", equal, this::pipelined, 0.93);
    row("heavy-tailed, 2 connections at one worker", heavy, this::pipelined, 0.93);
  }

  // Pareto with an exponent of 1.2, from a fixed seed. The largest come where they come; none is
  // more than a tenth of a core's share, or no order could keep all cores busy to the end.
  private long[] heavyTailed() {
    Random random = new Random(42);
    double[] sizes = new double[TASKS];
    for (int i = 0; i < TASKS; i++) {
      sizes[i] = Math.pow(1 - random.nextDouble(), -1 / 1.2);
    }
    double total = Arrays.stream(sizes).sum();
    double max = total / setup.cores() / 10;
    double capped = Arrays.stream(sizes).map(size -> Math.min(size, max)).sum();
    return Arrays.stream(sizes)
        .mapToLong(size -> (long) (points * Math.min(size, max) / capped))
        .toArray();
  }

  private void row(String title, long[] tasks, Way pool, double target) throws Exception {
    List<Round> rounds = new ArrayList<>();
    // What is measured is a server that has been at work for a while, its code compiled.
    long[] small = Arrays.stream(tasks).map(n -> Math.max(1, n / SMALLER)).toArray();
    for (int i = 0; i < WARM_UPS; i++) {
      inThreads(small); // tells what the answers are
      pool.run(small);
    }
    inThreads(tasks);
    pool.run(tasks);
    for (int i = 0; i < setup.rounds(); i++) {
      double ideal = serial(tasks) / setup.cores();
      rounds.add(new Round(ideal, seconds(this::inThreads, tasks), seconds(pool, tasks)));
    }
    System.out.printf(
        "%-44s %8.2f %8.3f %8.3f %12.3f %7.2f%n",
        title,
        Medians.of(rounds, Round::ideal),
        Medians.of(rounds, Round::ofThreads),
        Medians.of(rounds, Round::ofPool),
        Medians.of(rounds, Round::againstThreads),
        target);
  }

  private static double seconds(Way way, long[] tasks) throws Exception {
    long began = System.nanoTime();
    way.run(tasks);
    return (System.nanoTime() - began) / 1e9;
  }

  // By the tasks' own account of their time.
  private double serial(long[] tasks) throws Exception {
    double seconds = 0;
    try (Http connection = new Http(setup.base())) {
      for (long n : tasks) {
        seconds += checked(connection.get(TARGET + n), n).seconds();
      }
    }
    return seconds;
  }

  private void inThreads(long[] tasks) throws Exception {
    Queue<Long> left = new ConcurrentLinkedQueue<>(Arrays.stream(tasks).boxed().toList());
    List<Callable<Void>> threads = new ArrayList<>();
    for (int i = 0; i < setup.cores(); i++) {
      threads.add(
          () -> {
            for (Long n = left.poll(); n != null; n = left.poll()) {
              expected.put(n, Functions.inside(n));
            }
            return null;
          });
    }
    try (var pool = Executors.newFixedThreadPool(setup.cores())) {
      awaitAll(pool.invokeAll(threads));
    }
  }

  private void spread(long[] tasks) throws Exception {
    Queue<Long> left = new ConcurrentLinkedQueue<>(Arrays.stream(tasks).boxed().toList());
    List<Callable<Void>> clients = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS_A_CORE * setup.cores(); i++) {
      clients.add(
          () -> {
            try (Http connection = new Http(setup.base())) {
              for (Long n = left.poll(); n != null; n = left.poll()) {
                checked(connection.get(TARGET + n), n);
              }
            }
            return null;
          });
    }
    run(clients);
  }

  private void pipelined(long[] tasks) throws Exception {
    List<Http> connections = atOneWorker(2);
    List<Callable<Void>> clients = new ArrayList<>();
    for (int i = 0; i < connections.size(); i++) {
      Http connection = connections.get(i);
      long[] own = Arrays.copyOfRange(tasks, i * TASKS / 2, (i + 1) * TASKS / 2);
      clients.add(
          () -> {
            try (connection) {
              for (long n : own) {
                connection.send(TARGET + n);
              }
              for (long n : own) {
                checked(connection.receive(), n);
              }
            }
            return null;
          });
    }
    run(clients);
  }

  private Task checked(String answer, long n) {
    if (!answer.contains("\"inside\":" + expected.get(n) + "}")) {
      throw new IllegalStateException("not what was computed here: " + answer);
    }
    return Task.of(answer);
  }

  private static void run(List<Callable<Void>> clients) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      awaitAll(threads.invokeAll(clients));
    }
  }

  private static <T> void awaitAll(List<Future<T>> all) throws Exception {
    for (Future<T> one : all) {
      one.get();
    }
  }

  // An idle worker computes what it accepts itself.
  private List<Http> atOneWorker(int count) throws Exception {
    List<Http> wanted = new ArrayList<>();
    for (int tries = 0; wanted.size() < count && tries < 200; tries++) {
      Http connection = new Http(setup.base());
      if (Task.of(connection.get("/calc?n=1")).slot() == 0) {
        wanted.add(connection);
      } else {
        connection.close();
      }
    }
    if (wanted.size() < count) {
      throw new IllegalStateException("no " + count + " connections to worker 0 in 200 tries");
    }
    return wanted;
  }
}
