package common;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/// Clients that each ask as soon as they were answered.
public record ClosedLoop(URI base, int connections) {

  /// The milliseconds that each answer took, in ascending order.
  ///
  /// @param questions the question of each request
  /// @throws Exception if one fails or is answered wrongly
  public double[] run(IntFunction<Question> questions, int count) throws Exception {
    var next = new AtomicInteger();
    double[] millis = new double[count];
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        all.add(clients.submit(() -> ask(questions, next, millis)));
      }
      for (Future<Void> one : all) {
        one.get();
      }
    }
    Arrays.sort(millis);
    return millis;
  }

  private Void ask(IntFunction<Question> questions, AtomicInteger next, double[] millis)
      throws IOException {
    int i = next.getAndIncrement();
    while (i < millis.length) {
      // Not every server keeps a connection.
      try (Http connection = new Http(base)) {
        for (; i < millis.length && connection.isKept(); i = next.getAndIncrement()) {
          long began = System.nanoTime();
          connection.ask(questions.apply(i));
          millis[i] = (System.nanoTime() - began) / 1e6;
        }
      }
    }
    return null;
  }
}
