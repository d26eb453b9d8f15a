package dev.percore.master.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// The workers as people read them: ages for instants, binary units for bytes.
final class WorkerTable {
  private final Instant now;
  private final TextTable table =
      new TextTable(
          "SLOT",
          "PID",
          "STATE",
          "GEN",
          "AGE",
          "RESTARTS",
          "LAST-EXIT",
          "CPU",
          "RSS",
          "CONNS",
          "IN-FLIGHT",
          "QUEUED",
          "RUNNING");

  WorkerTable(Instant now) {
    this.now = now;
  }

  /// Adds one element of the answer to `GET /workers`.
  void add(JsonNode worker) {
    table.add(
        List.of(
            Answers.text(worker, "slot"),
            Answers.text(worker, "pid"),
            Answers.text(worker, "state"),
            Answers.text(worker, "generation"),
            age(Answers.text(worker, "started")),
            Answers.text(worker, "restarts"),
            Answers.text(worker, "last_exit"),
            seconds(worker.path("cpu_seconds")),
            mebibytes(worker.path("rss_bytes")),
            Answers.text(worker, "connections"),
            Answers.text(worker, "in_flight"),
            Answers.text(worker, "queued"),
            Answers.text(worker, "running")));
  }

  List<String> lines() {
    return table.lines();
  }

  private String age(String started) {
    try {
      Duration age = Duration.between(Instant.parse(started), now);
      if (age.toDays() > 0) {
        return "%dd%dh".formatted(age.toDays(), age.toHoursPart());
      }
      if (age.toHours() > 0) {
        return "%dh%dm".formatted(age.toHours(), age.toMinutesPart());
      }
      return age.toMinutes() > 0
          ? "%dm%ds".formatted(age.toMinutes(), age.toSecondsPart())
          : Math.max(0, age.toSeconds()) + "s";
    } catch (DateTimeException e) {
      return started;
    }
  }

  private static String seconds(JsonNode value) {
    return value.isNumber() ? String.format(Locale.ROOT, "%.1fs", value.asDouble()) : Answers.NONE;
  }

  private static String mebibytes(JsonNode value) {
    return value.isNumber() ? (value.asLong() >> 20) + "MiB" : Answers.NONE;
  }
}
