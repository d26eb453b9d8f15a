package table;

import common.ClosedLoop;
import common.Medians;
import common.OpenLoop;
import common.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The first requests after a start, beside the same when the server is warm: at a steady pace, and
/// as fast as some clients can ask.
record Cold() implements Row {
  private static final int REQUESTS = 2_000;
  private static final int PER_SECOND = 1_000;
  private static final int CLIENTS = 16;
  private static final int WARM_UP_REQUESTS = 20_000;
  private static final Target MILLIS = new Target.AtMost(20);
  private static final Target NONE = new Target.AtMost(0);

  /// How the first requests fared, or further ones.
  ///
  /// @param p99 milliseconds of those that were answered
  private record Outcome(double p99, int failed) {}

  /// One start of the server.
  private record Round(Outcome cold, Outcome warm) {}

  /// Asks a server for the requests.
  private interface Client {
    Outcome ask(Percore percore) throws Exception;
  }

  @Override
  public String name() {
    return "cold";
  }

  @Override
  public List<Line> measure(Bench bench) throws Exception {
    List<Line> lines = new ArrayList<>();
    List<Round> paced = rounds(bench, Cold::askSteadily);
    lines.addAll(lines("first 2,000 at 1,000/s", paced));
    Figure failed = Figure.of(paced, round -> round.cold().failed());
    lines.add(Line.alone("failed or refused of them", failed, NONE));
    lines.addAll(lines("first 2,000, 16 clients", rounds(bench, Cold::askHard)));
    return lines;
  }

  private static List<Line> lines(String which, List<Round> rounds) {
    Figure cold = Figure.of(rounds, round -> round.cold().p99());
    Figure warm = Figure.of(rounds, round -> round.warm().p99());
    String what = which + ", p99 ms";
    return List.of(
        Line.alone(what, cold, MILLIS), Line.stated(what, cold, "itself warm", warm));
  }

  private static List<Round> rounds(Bench bench, Client client) throws Exception {
    List<Round> rounds = new ArrayList<>();
    for (int i = -1; i < bench.rounds(); i++) {
      try (Percore percore = bench.percore(Map.of())) {
        Outcome cold = client.ask(percore);
        new ClosedLoop(percore.base(), CLIENTS).run(Cold::question, WARM_UP_REQUESTS);
        Outcome warm = client.ask(percore);
        if (i >= 0) { // the one before has this client compiled
          rounds.add(new Round(cold, warm));
        }
      }
    }
    return rounds;
  }

  private static Question question(int i) {
    return i % 2 == 0 ? Question.HEALTH : Question.count(1000);
  }

  private static Outcome askSteadily(Percore percore) {
    var loop = new OpenLoop(percore.base(), PER_SECOND);
    var latency = OpenLoop.Latency.of(loop.run(Cold::question, REQUESTS));
    return new Outcome(latency.p99(), latency.errors());
  }

  private static Outcome askHard(Percore percore) throws Exception {
    double[] millis = new ClosedLoop(percore.base(), CLIENTS).run(Cold::question, REQUESTS);
    return new Outcome(Medians.at(millis, 0.99), 0);
  }
}
