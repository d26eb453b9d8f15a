package table;

import common.Http;
import common.Question;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// How long it takes from the command to the first answer.
record MasterStart() implements Row {
  private static final int MILLIS_MAX = 700;

  @Override
  public String name() {
    return "master-start";
  }

  @Override
  public List<Line> measure(Bench bench) throws Exception {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < bench.rounds(); i++) {
      millis.add(millis(bench));
    }
    return List.of(
        Line.alone(
            "command to first answer, ms", new Figure(millis), new Target.AtMost(MILLIS_MAX)));
  }

  private static double millis(Bench bench) throws IOException {
    long began = System.nanoTime();
    try (Percore percore = Percore.launch(bench.site(), Map.of())) {
      bench.commands().note(percore.commandLine());
      while (true) {
        try (Http connection = new Http(percore.base())) {
          connection.ask(Question.HEALTH);
          return (System.nanoTime() - began) / 1e6;
        } catch (IOException notYet) {
          percore.requireAlive();
          LockSupport.parkNanos(2_000_000); // and again
        }
      }
    }
  }
}
