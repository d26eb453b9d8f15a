package table;

import common.Rival;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How long a worker takes from its exec until it is ready: one alone, and one for each core at once.
record WorkerStart() implements Row {
  private static final Pattern READY = Pattern.compile("worker ready after ([\\d.]+) ms");
  private static final int MILLIS_MAX = 250;

  private static final Pattern SERVING = Pattern.compile("(?m)^(\\S+) .*: serving on ");

  /// How a rival is started with so many workers.
  private interface Starter {
    Rival start(int workers) throws Exception;
  }

  @Override
  public String name() {
    return "worker-start";
  }

  @Override
  public List<Line> measure(Bench bench) throws Exception {
    List<Line> lines = new ArrayList<>();
    for (int workers : List.of(1, bench.site().cores())) {
      List<Double> percore = new ArrayList<>();
      List<Double> node = new ArrayList<>();
      List<Double> gunicorn = new ArrayList<>();
      for (int i = 0; i < bench.rounds(); i++) {
        percore.add(percore(bench, workers));
        node.add(rival(bench::node, workers));
        gunicorn.add(rival(bench::gunicorn, workers));
      }
      String what = "exec to ready, %d at once, ms".formatted(workers);
      Figure ours = new Figure(percore);
      lines.add(Line.alone(what, ours, new Target.AtMost(MILLIS_MAX)));
      lines.add(Line.stated(what, ours, "Node cluster", new Figure(node)));
      lines.add(Line.stated(what, ours, "gunicorn (fork)", new Figure(gunicorn)));
    }
    return lines;
  }

  /// From the first spawn to the moment when the last one was ready, both by the master's account,
  /// so that nobody who asks takes time from a start.
  private static double percore(Bench bench, int workers) throws Exception {
    Map<String, String> settings = Map.of("workers", Integer.toString(workers));
    try (Percore percore = Percore.launch(bench.site(), settings)) {
      bench.commands().note(percore.commandLine());
      percore.awaitReady();
      Matcher serving = SERVING.matcher(percore.log());
      if (!serving.find()) {
        throw new IOException("not the line that says since when it serves: " + percore.log());
      }
      Instant ready = OffsetDateTime.parse(serving.group(1)).toInstant();
      return Duration.between(firstStart(percore), ready).toNanos() / 1e6;
    }
  }

  private static Instant firstStart(Percore percore) throws IOException {
    Instant first = Instant.MAX;
    JsonNode workers = JsonMapper.shared().readTree(percore.ask("/workers")).path("workers");
    for (JsonNode worker : workers) {
      Instant started = Instant.parse(worker.path("started").asString());
      first = started.isBefore(first) ? started : first;
    }
    return first;
  }

  /// As its own primary or arbiter tells.
  private static double rival(Starter starter, int workers) throws Exception {
    try (Rival rival = starter.start(workers)) {
      double last = 0;
      int told = 0;
      for (int tries = 0; told < workers && tries < 100; tries++) {
        Thread.sleep(20);
        told = 0;
        for (Matcher line = READY.matcher(rival.log()); line.find(); told++) {
          last = Math.max(last, Double.parseDouble(line.group(1)));
        }
      }
      if (told < workers) {
        throw new IOException("told of no start: " + rival.log());
      }
      return last;
    }
  }
}
