package pool;

import common.Http;
import common.Medians;
import dev.percore.protocol.client.ProcessPool;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;

/// What it costs to have next to nothing computed.
final class Dispatch {
  private static final int CALLS = 2_000;

  private final Setup setup;
  private final PythonPool python;

  Dispatch(Setup setup, PythonPool python) {
    this.setup = setup;
    this.python = python;
  }

  void print() throws Exception {
    System.out.printf("%n%-44s %8s%n", "round trip, median of " + CALLS, "us");
    try (Http connection = new Http(setup.base())) {
      row("Percore, /healthz", median(() -> connection.get("/healthz")));
      row("Percore, /calc?n=1", median(() -> connection.get("/calc?n=1")));
    }
    try (ProcessPool pool = ProcessPool.connect(setup.base())) {
      Map<String, Integer> arguments = Map.of("n", 1);
      row("Percore, ProcessPool.apply", median(() -> pool.apply("count", arguments)));
    }
    python.figures().ifPresent(figures -> row("Python, Pool.apply", figures.applyMicros()));
  }

  private static void row(String title, double micros) {
    System.out.printf("%-44s %8.1f%n", title, micros);
  }

  private static double median(Callable<?> call) throws Exception {
    double[] micros = new double[CALLS];
    for (int i = -CALLS; i < CALLS; i++) { // the first half warms up
      long began = System.nanoTime();
      call.call();
      micros[Math.max(0, i)] = (System.nanoTime() - began) / 1e3;
    }
    Arrays.sort(micros);
    return Medians.at(micros, 0.5);
  }
}
