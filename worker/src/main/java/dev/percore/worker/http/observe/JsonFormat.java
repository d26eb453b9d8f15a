package dev.percore.worker.http.observe;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// One JSON object a line. Members without a value are left out.
final class JsonFormat implements AccessFormat {
  private final JsonFactory factory =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

  @Override
  public void write(AccessEntry entry, ByteArrayOutputStream out) {
    try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("time", Instant.ofEpochMilli(entry.epochMillis()).toString());
      json.writeStringProperty("remote_address", entry.remoteAddress());
      writeIfPresent(json, "method", entry.method());
      writeIfPresent(json, "target", entry.target());
      writeIfPresent(json, "protocol", entry.protocol());
      json.writeStringProperty("route", entry.route());
      json.writeNumberProperty("status", entry.status());
      json.writeNumberProperty("bytes", entry.bytes());
      json.writeNumberProperty("duration_us", TimeUnit.NANOSECONDS.toMicros(entry.nanos()));
      writeIfPresent(json, "referer", entry.referer());
      writeIfPresent(json, "user_agent", entry.userAgent());
      json.writeEndObject();
    }
    out.write('\n');
  }

  private static void writeIfPresent(JsonGenerator json, String name, @Nullable String value) {
    if (value != null) {
      json.writeStringProperty(name, value);
    }
  }
}
