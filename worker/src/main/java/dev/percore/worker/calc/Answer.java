package dev.percore.worker.calc;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.Body;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.Response;
import dev.percore.worker.api.Response.Header;
import dev.percore.worker.compute.TaskMeter;
import dev.percore.worker.json.PlainJson;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/// A function's result, with where and how fast it came about, as a response.
///
/// @param thread that computed it
/// @param queued time that the call waited for the compute thread
/// @param spent what the function took, without the making of this answer
record Answer(
    String function,
    Arguments arguments,
    ComputeResult result,
    WorkerIdentity worker,
    Thread thread,
    Duration queued,
    TaskMeter.Spent spent) {
  private static final Header JSON = new Header("Content-Type", "application/json");

  /// Most documents are shorter, so that the stream need not grow.
  private static final int LENGTH_USUAL = 512;

  Response response() {
    return switch (result) {
      case ComputeResult.Json(Object value) -> json(value);
      case ComputeResult.Binary(String mediaType, byte[] bytes) -> binary(mediaType, bytes);
    };
  }

  private Response json(Object value) {
    ByteArrayOutputStream document = new ByteArrayOutputStream(LENGTH_USUAL);
    try (JsonGenerator json = PlainJson.generator(document)) {
      json.writeStartObject();
      json.writeStringProperty("function", function);
      json.writePOJOProperty("arguments", arguments.asMap());
      json.writePOJOProperty("result", value);
      json.writeObjectPropertyStart("worker");
      json.writeNumberProperty("slot", worker.slot());
      json.writeNumberProperty("pid", worker.pid());
      json.writeStringProperty("thread", thread.getName());
      json.writeNumberProperty("thread_id", thread.threadId());
      json.writeEndObject();
      json.writeNumberProperty("queued_us", queued.toNanos() / 1000);
      json.writeNumberProperty("computed_us", spent.elapsed().toNanos() / 1000);
      json.writeNumberProperty("cpu_us", spent.cpu().toNanos() / 1000);
      json.writeNumberProperty("allocated_bytes", spent.allocatedBytes());
      json.writeEndObject();
    }
    return new Response(
        200,
        List.of(JSON, new Header("Server-Timing", serverTiming())),
        new Body.Bytes(document.toByteArray()));
  }

  private Response binary(String mediaType, byte[] bytes) {
    return new Response(
        200,
        List.of(
            new Header("Content-Type", mediaType),
            new Header("Percore-Slot", Integer.toString(worker.slot())),
            new Header("Percore-Pid", Long.toString(worker.pid())),
            new Header("Percore-Thread", thread.getName()),
            new Header("Percore-Thread-Id", Long.toString(thread.threadId())),
            new Header("Server-Timing", serverTiming())),
        new Body.Bytes(bytes));
  }

  private String serverTiming() {
    StringBuilder timing = new StringBuilder(80).append("queue;dur=");
    appendMilliseconds(timing, queued);
    appendMilliseconds(timing.append(", compute;dur="), spent.elapsed());
    appendMilliseconds(timing.append(", cpu;dur="), spent.cpu());
    return timing.append(", alloc;desc=\"").append(spent.allocatedBytes()).append('"').toString();
  }

  // By hand: a format would be parsed anew for each answer.
  private static void appendMilliseconds(StringBuilder out, Duration duration) {
    long micros = duration.toNanos() / 1000;
    long fraction = micros % 1000;
    out.append(micros / 1000).append('.');
    out.append(fraction / 100).append(fraction / 10 % 10).append(fraction % 10);
  }
}
