package pool;

import common.Functions;
import common.Http;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Five times counting to 100,000,000.
final class Classic {
  private static final int TIMES = 5;

  private final Setup setup;
  private final PythonPool python;

  Classic(Setup setup, PythonPool python) {
    this.setup = setup;
    this.python = python;
  }

  static long steps(Setup setup) {
    return (long) (100_000_000 * setup.scale());
  }

  void print() throws Exception {
    long n = steps(setup);
    System.out.printf("%n%-44s %8s%n", TIMES + " times counting to " + n, "seconds");
    Functions.count(n); // compiles it
    double alone = 0;
    for (int i = 0; i < TIMES; i++) {
      alone += Functions.count(n);
    }
    row("Java, one thread", alone);
    row("Java, five threads", together(Executors.newFixedThreadPool(TIMES), () -> Functions.count(n)));
    row(
        "Percore, five calls of /calc",
        together(
            Executors.newVirtualThreadPerTaskExecutor(),
            () -> {
              try (Http connection = new Http(setup.base())) {
                return Task.of(connection.get("/calc?n=" + n));
              }
            }));
    python
        .figures()
        .ifPresent(
            figures ->
                row(
                    "Python, Pool(%d), scaled up".formatted(setup.cores()),
                    figures.classicSeconds()));
  }

  private static void row(String title, double seconds) {
    System.out.printf("%-44s %8.3f%n", title, seconds);
  }

  private static <T> double together(ExecutorService threads, Callable<T> call) throws Exception {
    List<Future<T>> all = new ArrayList<>();
    try (threads) {
      long began = System.nanoTime();
      for (int i = 0; i < TIMES; i++) {
        all.add(threads.submit(call));
      }
      for (Future<T> one : all) {
        one.get();
      }
      return (System.nanoTime() - began) / 1e9;
    }
  }
}
