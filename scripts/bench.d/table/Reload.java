package table;

import common.Background;
import common.ClosedLoop;
import common.OpenLoop;
import common.Program;
import common.Question;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/// A reload of all workers while requests come in at a steady pace: how long it takes, and what
/// they notice of it.
record Reload() implements Row {
  private static final int PER_SECOND = 1_000;
  private static final int SECONDS_MAX = 60;
  private static final int WARM_UP_REQUESTS = 40_000;
  private static final String SUCCESS = ": reload succeeded: ";
  private static final Target MILLIS = new Target.AtMost(1_500);
  private static final Target TAIL = new Target.TimesAtMost(3);

  /// One reload.
  private record Round(double millis, double steady, double during) {}

  @Override
  public String name() {
    return "reload";
  }

  @Override
  public List<Line> measure(Bench bench) throws Exception {
    List<Round> rounds = new ArrayList<>();
    try (Percore percore = bench.percore(Map.of())) {
      new ClosedLoop(percore.base(), 16).run(Reload::question, WARM_UP_REQUESTS);
      for (int i = 0; i < bench.rounds(); i++) {
        rounds.add(round(bench, percore));
      }
    }
    return List.of(
        Line.alone("reload at 1,000 requests/s, ms", Figure.of(rounds, Round::millis), MILLIS),
        Line.beside(
            "p99 ms during it",
            Figure.of(rounds, Round::during),
            "steady",
            Figure.of(rounds, Round::steady),
            TAIL));
  }

  private static Round round(Bench bench, Percore percore) throws Exception {
    var over = new AtomicBoolean();
    var loop = new OpenLoop(percore.base(), PER_SECOND);
    var samples =
        Background.start(
            () -> loop.run(Reload::question, SECONDS_MAX * PER_SECOND, () -> !over.get()));
    try {
      Thread.sleep(1_000); // connections are opened
      long from = System.nanoTime();
      Thread.sleep(1_000L * bench.seconds());
      long began = System.nanoTime();
      reload(bench, percore);
      long ended = System.nanoTime();
      over.set(true);
      return new Round(
          (ended - began) / 1e6,
          p99(samples.get(), from, began),
          p99(samples.get(), began, ended));
    } finally {
      over.set(true);
    }
  }

  private static void reload(Bench bench, Percore percore) throws Exception {
    int before = percore.logged(SUCCESS);
    String pid = Long.toString(percore.pid());
    Program.output(bench.site(), List.of("kill", "-HUP", pid));
    percore.awaitLogged(SUCCESS, before + 1);
  }

  private static double p99(List<OpenLoop.Sample> samples, long from, long to)
      throws IOException {
    List<OpenLoop.Sample> some =
        samples.stream()
            .filter(sample -> sample.dueNanos() >= from && sample.dueNanos() < to)
            .toList();
    OpenLoop.requireAnswers(some);
    return OpenLoop.Latency.of(some).p99();
  }

  private static Question question(int i) {
    return i % 2 == 0 ? Question.HEALTH : Question.count(1000);
  }
}
