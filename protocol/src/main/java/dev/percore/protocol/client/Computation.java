package dev.percore.protocol.client;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Where and how fast a call was computed.
///
/// @param slot of the worker, from 0; it stays the same when the worker's process is replaced
/// @param pid of the worker
/// @param thread the name of the thread that computed it, such as `compute-0`
/// @param threadId its id in the worker's JVM
/// @param queued time that the call waited for that thread, in whole microseconds
/// @param computed time that the function took, in whole microseconds
public record Computation(
    int slot, long pid, String thread, long threadId, Duration queued, Duration computed) {

  /// The worker's name in the server's log, such as `worker-0`.
  public String process() {
    return "worker-" + slot;
  }

  /// Reads what a JSON answer says of it.
  static Computation of(JsonNode answer) {
    JsonNode worker = answer.path("worker");
    return new Computation(
        worker.path("slot").asInt(0),
        worker.path("pid").asLong(0),
        worker.path("thread").asString(""),
        worker.path("thread_id").asLong(0),
        micros(answer.path("queued_us").asLong(0)),
        micros(answer.path("computed_us").asLong(0)));
  }

  /// Reads what the fields of another answer say of it.
  ///
  /// @throws NumberFormatException if a field is missing or no number
  static Computation of(HttpAnswer answer) {
    String timing = answer.field("server-timing");
    return new Computation(
        Integer.parseInt(answer.field("percore-slot")),
        Long.parseLong(answer.field("percore-pid")),
        answer.field("percore-thread"),
        Long.parseLong(answer.field("percore-thread-id")),
        timed(timing, "queue"),
        timed(timing, "compute"));
  }

  private static Duration timed(String timing, String name) {
    Matcher matcher = Pattern.compile("\\b" + name + ";dur=([0-9]+\\.?[0-9]*)").matcher(timing);
    return matcher.find()
        ? micros(Math.round(Double.parseDouble(matcher.group(1)) * 1000))
        : Duration.ZERO;
  }

  private static Duration micros(long count) {
    return Duration.ofNanos(count * 1000);
  }
}
