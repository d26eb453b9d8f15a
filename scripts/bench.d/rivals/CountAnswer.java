package rivals;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import common.Functions;
import dev.percore.worker.functions.Count;
import java.io.ByteArrayOutputStream;
import java.util.Map;

/// What Percore answers to /calc?n=, computed by the same function and built with Jackson, which
/// Vert.x brings with it.
final class CountAnswer {
  private static final JsonFactory JSON = new JsonFactory();

  // One thread at a time may use an instance.
  private static final ThreadLocal<Count> COUNTS = ThreadLocal.withInitial(Count::new);

  private CountAnswer() {}

  static byte[] of(long n) throws Exception {
    long began = System.nanoTime();
    long sum = (Long) Functions.result(COUNTS.get(), Map.of("n", n));
    long micros = (System.nanoTime() - began) / 1_000;
    var bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("function", "count");
      json.writeObjectFieldStart("arguments");
      json.writeNumberField("n", n);
      json.writeEndObject();
      json.writeNumberField("result", sum);
      json.writeObjectFieldStart("worker");
      json.writeNumberField("slot", 0);
      json.writeNumberField("pid", ProcessHandle.current().pid());
      json.writeStringField("thread", Thread.currentThread().getName());
      json.writeNumberField("thread_id", Thread.currentThread().threadId());
      json.writeEndObject();
      json.writeNumberField("queued_us", 0);
      json.writeNumberField("computed_us", micros);
      json.writeNumberField("cpu_us", 0);
      json.writeNumberField("allocated_bytes", 0);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }
}
