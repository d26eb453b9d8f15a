package dev.percore.worker.http.encode;

import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Response;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Renders problems as documents (RFC 9457).
public final class ProblemDocuments {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Set<String> STANDARD = Set.of("type", "title", "status", "detail");

  private ProblemDocuments() {}

  /// The answer for a problem.
  ///
  /// @throws IllegalArgumentException for a member that is not a String, Boolean, Number, List or
  ///     Map
  public static Response of(Problem problem) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("type", "/problems/" + problem.type());
      json.writeStringProperty("title", problem.title());
      json.writeNumberProperty("status", problem.status());
      json.writeStringProperty("detail", problem.detail());
      problem
          .members()
          .forEach(
              (name, value) -> {
                if (!STANDARD.contains(name)) {
                  json.writeName(name);
                  write(json, value);
                }
              });
      json.writeEndObject();
    }
    return Response.of(problem.status(), "application/problem+json", out.toByteArray());
  }

  /// What the client is told of an unexpected exception: nothing.
  public static Problem internalError() {
    return Problem.of(
        500,
        "internal-error",
        "Internal error",
        "The server failed to answer this request. Its log knows more.");
  }

  private static void write(JsonGenerator json, @Nullable Object value) {
    switch (value) {
      case null -> json.writeNull();
      case String text -> json.writeString(text);
      case Boolean flag -> json.writeBoolean(flag);
      case Double real -> json.writeNumber(real);
      case Float real -> json.writeNumber(real);
      case BigInteger whole -> json.writeNumber(whole);
      case BigDecimal decimal -> json.writeNumber(decimal);
      case Number whole -> json.writeNumber(whole.longValue());
      case List<?> list -> {
        json.writeStartArray();
        list.forEach(element -> write(json, element));
        json.writeEndArray();
      }
      case Map<?, ?> map -> {
        json.writeStartObject();
        map.forEach(
            (name, element) -> {
              json.writeName(String.valueOf(name));
              write(json, element);
            });
        json.writeEndObject();
      }
      default ->
          throw new IllegalArgumentException(
              "a problem's member cannot be a " + value.getClass().getName());
    }
  }
}
