package dev.percore.worker.calc.map;

import dev.percore.worker.api.Body;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Response;
import dev.percore.worker.json.PlainJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/// Outcomes of elements, gathered as NDJSON. Not thread-safe.
final class Lines {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int count;

  /// Adds what a function returned for an element.
  ///
  /// @throws RuntimeException if it cannot be written as JSON; nothing is added then
  void add(long index, ComputeResult result) {
    Object value =
        switch (result) {
          case ComputeResult.Json(Object json) -> json;
          case ComputeResult.Binary(String mediaType, byte[] bytes) ->
              Map.of("media_type", mediaType, "base64", Base64.getEncoder().encodeToString(bytes));
        };
    add(index, "result", PlainJson.bytes(value));
  }

  /// Adds why an element has no result.
  void add(long index, Problem problem) {
    add(index, problemDocument(Response.problem(problem)));
  }

  /// Adds why an element has no result.
  void add(long index, byte[] problemDocument) {
    add(index, "error", problemDocument);
  }

  /// How many outcomes there are.
  int count() {
    return count;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  static byte[] problemDocument(Response response) {
    return response.body() instanceof Body.Bytes(byte[] bytes) ? bytes : new byte[] {'{', '}'};
  }

  private void add(long index, String member, byte[] json) {
    out.writeBytes(
        "{\"index\":%d,\"%s\":".formatted(index, member).getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(json);
    out.write('}');
    out.write('\n');
    count++;
  }
}
