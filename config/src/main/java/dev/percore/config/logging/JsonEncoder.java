package dev.percore.config.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// An entry for machines: one JSON object on one line.
final class JsonEncoder extends LineEncoder {

  private final JsonFactory json = new JsonFactory();
  private final ProcessIdentity identity;
  private final Timestamps timestamps;

  JsonEncoder(ProcessIdentity identity, Timestamps timestamps) {
    this.identity = identity;
    this.timestamps = timestamps;
  }

  /// Goes by way of characters because Jackson's byte generator throws on half a surrogate pair,
  /// which a message may well hold.
  @Override
  String line(ILoggingEvent event) {
    StringWriter line = new StringWriter(256);
    try (JsonGenerator object = json.createGenerator(ObjectWriteContext.empty(), line)) {
      object.writeStartObject();
      object.writeStringProperty("time", timestamps.of(event));
      object.writeStringProperty("level", event.getLevel().toString());
      object.writeStringProperty("process", identity.role().label());
      if (identity.slot().isPresent()) {
        object.writeNumberProperty("slot", identity.slot().getAsInt());
      }
      object.writeNumberProperty("pid", identity.pid());
      object.writeStringProperty("thread", event.getThreadName());
      object.writeStringProperty("logger", event.getLoggerName());
      object.writeStringProperty("message", event.getFormattedMessage());
      if (event.getThrowableProxy() != null) {
        object.writeStringProperty(
            "exception", ThrowableProxyUtil.asString(event.getThrowableProxy()).strip());
      }
      object.writeEndObject();
    }
    return line.append('\n').toString();
  }
}
