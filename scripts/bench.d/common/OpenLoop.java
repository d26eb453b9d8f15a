package common;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/// Requests at a steady pace, whether those before were answered or not; latency counts from when
/// each was due, so that one that had to wait for the client is not forgotten.
public record OpenLoop(URI base, int perSecond) {
  private static final int WARM_UP_CONNECTIONS = 16;
  private static final int WARM_UP_REQUESTS = 40_000;

  /// How a request fared.
  ///
  /// @param failure empty if it was answered, and rightly
  public record Sample(long dueNanos, double millis, String failure) {
    boolean isAnswered() {
      return failure.isEmpty();
    }
  }

  /// In milliseconds; a request that failed counts as an error and has no latency.
  public record Latency(double p50, double p99, double p999, int errors) {
    public static Latency of(List<Sample> samples) {
      double[] sorted =
          samples.stream()
              .filter(Sample::isAnswered)
              .mapToDouble(Sample::millis)
              .sorted()
              .toArray();
      return new Latency(
          Medians.at(sorted, 0.5),
          Medians.at(sorted, 0.99),
          Medians.at(sorted, 0.999),
          samples.size() - sorted.length);
    }
  }

  /// Has the server at work for a while before anything is measured, so that it has compiled its
  /// code, where it compiles.
  public void warmUp(Question question) throws Exception {
    new ClosedLoop(base, WARM_UP_CONNECTIONS).run(_ -> question, WARM_UP_REQUESTS);
  }

  public List<Sample> run(Question question, double seconds) {
    return run(_ -> question, (int) (perSecond * seconds));
  }

  public List<Sample> run(IntFunction<Question> questions, int count) {
    return run(questions, count, () -> true);
  }

  /// @param questions the question of each request
  /// @param countMax how many are asked, unless it ends before
  /// @param goesOn asked before each whether it is still wanted
  public List<Sample> run(IntFunction<Question> questions, int countMax, BooleanSupplier goesOn) {
    List<Sample> samples = Collections.synchronizedList(new ArrayList<>(countMax));
    Deque<Http> idle = new ConcurrentLinkedDeque<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      long began = System.nanoTime();
      for (int i = 0; i < countMax && goesOn.getAsBoolean(); i++) {
        long due = began + (long) (i * 1e9 / perSecond);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        Question question = questions.apply(i);
        clients.submit(() -> samples.add(ask(question, due, idle)));
      }
    }
    idle.forEach(OpenLoop::close);
    return List.copyOf(samples);
  }

  /// @throws IOException if a request failed
  public static void requireAnswers(List<Sample> samples) throws IOException {
    List<Sample> failed = samples.stream().filter(sample -> !sample.isAnswered()).toList();
    if (!failed.isEmpty()) {
      String example = failed.getFirst().failure();
      throw new IOException(
          "%d of %d requests failed: %s".formatted(failed.size(), samples.size(), example));
    }
  }

  private Sample ask(Question question, long due, Deque<Http> idle) {
    Http kept = idle.pollLast();
    try {
      Http connection = kept == null ? new Http(base) : kept;
      try {
        connection.ask(question);
      } catch (IOException failure) {
        connection.close();
        throw failure;
      }
      Sample sample = new Sample(due, (System.nanoTime() - due) / 1e6, "");
      if (connection.isKept()) {
        idle.addLast(connection);
      } else {
        connection.close();
      }
      return sample;
    } catch (IOException failure) {
      return new Sample(due, Double.NaN, failure.toString());
    }
  }

  private static void close(Http connection) {
    try {
      connection.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
