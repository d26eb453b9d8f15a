package table;

import common.Question;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Pauses of garbage collections under full load, with the default heap, as the JVMs log them: the
/// longest that `/metrics` has may be one of the start, minutes later.
record GcPauses() implements Row {
  private static final Pattern PAUSE =
      Pattern.compile("(?m)^\\[(\\S+)] GC\\(\\d+\\) Pause .* ([\\d.]+)ms$");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSZ");
  private static final Target LONGEST = new Target.AtMost(10);
  private static final int LOADS = 4;

  @Override
  public String name() {
    return "gc";
  }

  @Override
  public List<Line> measure(Bench bench) throws Exception {
    Path logs = Files.createTempDirectory(bench.site().folder(), "gc");
    String option = "-Xlog:gc:file=%s/%%p.log:utctime".formatted(logs);
    try (Percore percore = bench.percore(Map.of("worker.jvm_options", option))) {
      Instant begun = Instant.now();
      for (int i = 0; i < LOADS; i++) {
        Question question = i % 2 == 0 ? Question.count(1000) : Question.HEALTH;
        Load.of(bench, question, false).on(percore);
      }
      return lines(pauses(logs, begun, Instant.now()), LOADS * bench.seconds());
    }
  }

  private static List<Line> lines(List<Double> pauses, int seconds) throws IOException {
    if (pauses.isEmpty()) {
      throw new IOException("no collection in %d s of full load".formatted(seconds));
    }
    double longest = pauses.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    double mean = pauses.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    return List.of(
        Line.alone("longest pause, ms", Figure.of(longest), LONGEST),
        Line.stated("mean pause, ms", Figure.of(mean)),
        Line.stated("pauses a second", Figure.of((double) pauses.size() / seconds)));
  }

  /// Milliseconds of the pauses of all workers that ended in that time.
  private static List<Double> pauses(Path logs, Instant from, Instant to) throws IOException {
    List<Double> pauses = new ArrayList<>();
    try (DirectoryStream<Path> workers = Files.newDirectoryStream(logs, "*.log")) {
      for (Path worker : workers) {
        Matcher pause = PAUSE.matcher(Files.readString(worker));
        while (pause.find()) {
          Instant at = OffsetDateTime.parse(pause.group(1), TIME).toInstant();
          if (at.isAfter(from) && at.isBefore(to)) {
            pauses.add(Double.valueOf(pause.group(2)));
          }
        }
      }
    }
    return pauses;
  }
}
