package table;

import common.Question;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Pauses of garbage collections under full load, with the default heap, as /metrics has them.
record GcPauses() implements Row {
  private static final Pattern SERIES =
      Pattern.compile("(?m)^jvm_gc_pause_seconds_(count|sum|max)(\\{.*}) (\\S+)$");
  private static final Target LONGEST = new Target.AtMost(10);
  private static final int LOADS = 4;

  /// The pauses of one kind in one worker.
  private record Pauses(double count, double sum, double max) {
    static final Pauses NONE = new Pauses(0, 0, 0);
  }

  @Override
  public String name() {
    return "gc";
  }

  @Override
  public List<Line> measure(Bench bench) throws Exception {
    try (Percore percore = bench.percore(Map.of())) {
      // A worker may collect on purpose before it serves.
      Map<String, Pauses> before = pauses(percore);
      for (int i = 0; i < LOADS; i++) {
        Question question = i % 2 == 0 ? Question.count(1000) : Question.HEALTH;
        Load.of(bench, question, false).on(percore);
      }
      return lines(before, pauses(percore), LOADS * bench.seconds());
    }
  }

  private static List<Line> lines(
      Map<String, Pauses> before, Map<String, Pauses> after, int seconds) throws IOException {
    double longest = 0;
    double count = 0;
    double sum = 0;
    for (String series : after.keySet()) {
      Pauses then = before.getOrDefault(series, Pauses.NONE);
      Pauses now = after.get(series);
      count += now.count() - then.count();
      sum += now.sum() - then.sum();
      if (now.count() > then.count()) {
        longest = Math.max(longest, now.max());
      }
    }
    if (count == 0) {
      throw new IOException("no collection in %d s of full load".formatted(seconds));
    }
    List<Line> lines = new ArrayList<>();
    lines.add(Line.alone("longest pause, ms", Figure.of(longest * 1e3), LONGEST));
    lines.add(Line.stated("mean pause, ms", Figure.of(sum / count * 1e3)));
    lines.add(Line.stated("pauses a second", Figure.of(count / seconds)));
    return lines;
  }

  private static Map<String, Pauses> pauses(Percore percore) throws IOException {
    Map<String, Pauses> pauses = new HashMap<>();
    Matcher series = SERIES.matcher(percore.ask("/metrics"));
    while (series.find()) {
      double value = Double.parseDouble(series.group(3));
      Pauses so = pauses.getOrDefault(series.group(2), Pauses.NONE);
      pauses.put(
          series.group(2),
          switch (series.group(1)) {
            case "count" -> new Pauses(value, so.sum(), so.max());
            case "sum" -> new Pauses(so.count(), value, so.max());
            default -> new Pauses(so.count(), so.sum(), value);
          });
    }
    return pauses;
  }
}
