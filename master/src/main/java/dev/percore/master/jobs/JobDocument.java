package dev.percore.master.jobs;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/// Jobs as JSON for clients.
final class JobDocument {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final byte[] NO_ANSWER = {};

  /// Longer answers have to be fetched by themselves.
  static final int INLINE_BYTES = 256 * 1024;

  /// Longer answers are not pushed to receivers, who can fetch them.
  static final int PUSHED_BYTES = 16 * 1024;

  private JobDocument() {}

  /// Whether the answer of a job is a part of its document.
  static boolean hasAnswer(Job job) {
    boolean json =
        job.end().contentType().equals("application/json")
            || job.end().contentType().equals(JobProblem.MEDIA_TYPE);
    return job.state().isEnd() && json && job.end().bytes() <= INLINE_BYTES;
  }

  /// One job, without its answer.
  ///
  /// @param position jobs ahead of it, if it waits
  static byte[] of(Entry entry, int position) {
    return of(entry, position, NO_ANSWER);
  }

  /// One job that has ended, with its answer.
  static byte[] of(Entry entry, byte[] answer) {
    return of(entry, 0, answer);
  }

  private static byte[] of(Entry entry, int position, byte[] answer) {
    var document = new ByteArrayOutputStream();
    try (JsonGenerator json = MAPPER.createGenerator(document)) {
      write(json, entry, position, answer);
    }
    return document.toByteArray();
  }

  /// Whether the answer of a job is sent with the news of its end.
  static boolean isPushed(Job job) {
    return hasAnswer(job) && job.end().bytes() <= PUSHED_BYTES;
  }

  /// The end of a job as an event for a receiver, the same in each attempt.
  static byte[] event(Entry entry, byte[] answer) {
    var document = new ByteArrayOutputStream();
    try (JsonGenerator json = MAPPER.createGenerator(document)) {
      Job job = entry.job();
      json.writeStartObject();
      json.writeStringProperty("type", "job." + job.state().label());
      time(json, "timestamp", job.end().millis());
      json.writeObjectPropertyStart("data");
      members(json, entry, 0, answer);
      json.writeEndObject();
      json.writeEndObject();
    }
    return document.toByteArray();
  }

  /// The same without its answer.
  static byte[] event(Entry entry) {
    return event(entry, NO_ANSWER);
  }

  /// Several jobs.
  ///
  /// @param positions of those that wait
  /// @param next where there are more, or empty
  static byte[] of(List<Entry> entries, Map<Entry, Integer> positions, String next) {
    var document = new ByteArrayOutputStream();
    try (JsonGenerator json = MAPPER.createGenerator(document)) {
      json.writeStartObject();
      json.writeArrayPropertyStart("jobs");
      for (Entry entry : entries) {
        write(json, entry, positions.getOrDefault(entry, 0), NO_ANSWER);
      }
      json.writeEndArray();
      if (!next.isEmpty()) {
        json.writeStringProperty("next", next);
      }
      json.writeEndObject();
    }
    return document.toByteArray();
  }

  private static void write(JsonGenerator json, Entry entry, int position, byte[] answer) {
    json.writeStartObject();
    members(json, entry, position, answer);
    delivery(json, entry.job().delivery());
    json.writeEndObject();
  }

  private static void delivery(JsonGenerator json, Delivery delivery) {
    if (delivery.state() == Delivery.State.NONE) {
      return;
    }
    json.writeObjectPropertyStart("delivery");
    json.writeStringProperty("state", delivery.state().label());
    json.writeNumberProperty("attempts", delivery.attempts());
    if (!delivery.detail().isEmpty()) {
      json.writeStringProperty("detail", delivery.detail());
    }
    time(json, "next", delivery.nextMillis());
    json.writeEndObject();
  }

  private static void members(JsonGenerator json, Entry entry, int position, byte[] answer) {
    Job job = entry.job();
    json.writeStringProperty("id", job.id());
    json.writeStringProperty("function", job.call().function());
    json.writeStringProperty("state", job.state().label());
    if (job.state() == JobState.QUEUED) {
      json.writeNumberProperty("position", position);
    }
    json.writeNumberProperty("progress", job.state() == JobState.SUCCEEDED ? 1 : entry.progress());
    json.writeNumberProperty("attempts", job.attempts());
    time(json, "created", job.origin().createdMillis());
    time(json, "started", job.startedMillis());
    time(json, "ended", job.end().millis());
    json.writeObjectPropertyStart("links");
    String self = "/jobs/" + job.id();
    json.writeStringProperty("self", self);
    json.writeStringProperty("events", self + "/events");
    if (job.state().isEnd()) {
      json.writeStringProperty("result", self + "/result");
    }
    json.writeEndObject();
    if (answer.length > 0) {
      json.writeName(job.state() == JobState.SUCCEEDED ? "result" : "problem");
      json.writeRawValue(new String(answer, StandardCharsets.UTF_8));
    }
  }

  private static void time(JsonGenerator json, String name, long millis) {
    if (millis > 0) {
      json.writeStringProperty(name, Instant.ofEpochMilli(millis).toString());
    }
  }
}
