package dev.percore.worker.site;

import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import dev.percore.worker.json.PlainJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The OpenAPI 3.1 description of the service port: a template with what is always there, and one
/// path for each function of the catalogue.
final class OpenApiDocument {
  private static final String TEMPLATE = "openapi.json";
  /// The function that is also served at `/calc`.
  private static final String CLASSIC = "count";

  private static final List<String> TAGS = List.of("calc");

  /// Names of the template's responses, by status.
  private static final Map<String, String> RESPONSES =
      new TreeMap<>(
          Map.of(
              "200", "Answer",
              "202", "Accepted",
              "400", "BadArguments",
              "422", "NoAnswer",
              "503", "Busy",
              "504", "TooLate",
              "default", "Problem"));

  private static final Map<String, String> MAP_RESPONSES =
      new TreeMap<>(
          Map.of(
              "200", "Outcomes",
              "400", "BadArguments",
              "408", "Problem",
              "413", "Problem",
              "415", "Problem",
              "503", "Busy",
              "default", "Problem"));

  private OpenApiDocument() {}

  static byte[] write(String version, List<FunctionSpec> functions) {
    Map<String, Object> document = template();
    member(document, "info").put("version", version);
    Map<String, Object> paths = member(document, "paths");
    for (FunctionSpec function : functions) {
      String name = function.name();
      if (name.equals(CLASSIC)) {
        paths.put("/calc", Map.of("get", get(function, "calc")));
      }
      Map<String, Object> path = new LinkedHashMap<>();
      path.put("get", get(function, "calc-" + name));
      path.put("post", post(function, "calc-" + name + "-post"));
      paths.put("/calc/" + name, path);
      paths.put("/calc/" + name + "/map", Map.of("post", map(function, "calc-" + name + "-map")));
    }
    return PlainJson.bytes(document);
  }

  private static Map<String, Object> template() {
    try (InputStream in = OpenApiDocument.class.getResourceAsStream(TEMPLATE)) {
      return object(PlainJson.read(Objects.requireNonNull(in, TEMPLATE)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + TEMPLATE, e);
    }
  }

  private static Map<String, Object> member(Map<String, Object> of, String name) {
    return object(Objects.requireNonNull(of.get(name), name));
  }

  @SuppressWarnings("unchecked") // what was read has text as names
  private static Map<String, Object> object(@Nullable Object value) {
    return (Map<String, Object>) Objects.requireNonNull(value);
  }

  private static Map<String, Object> get(FunctionSpec function, String id) {
    Map<String, Object> get = operation(function, id);
    List<Object> parameters = new ArrayList<>();
    function.parameters().forEach(parameter -> parameters.add(queryParameter(function, parameter)));
    addCommon(function, parameters);
    get.put("parameters", parameters);
    return get;
  }

  private static Map<String, Object> post(FunctionSpec function, String id) {
    Map<String, Object> post = operation(function, id);
    List<Object> parameters = new ArrayList<>();
    addCommon(function, parameters);
    parameters.add(reference("parameters", "IdempotencyKey"));
    post.put("parameters", parameters);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", bodySchema(function));
    json.put("example", function.example());
    post.put("requestBody", body(Map.of("application/json", json)));
    return post;
  }

  private static Map<String, Object> map(FunctionSpec function, String id) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("tags", TAGS);
    map.put("operationId", id);
    map.put("summary", "Many calls in one request. " + function.summary());
    map.put(
        "description",
        "NDJSON (also as application/ndjson or application/jsonl) is computed while it arrives, and"
            + " the outcomes leave meanwhile; an array has to arrive whole first.");
    map.put(
        "parameters",
        List.of(reference("parameters", "MapChunk"), reference("parameters", "MapUnordered")));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "array");
    schema.put("items", bodySchema(function));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", schema);
    json.put("example", List.of(function.example()));
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("application/json", json);
    content.put("application/x-ndjson", Map.of("schema", Map.of("type", "string")));
    map.put("requestBody", body(content));
    map.put("responses", responses(MAP_RESPONSES));
    return map;
  }

  private static Map<String, Object> operation(FunctionSpec function, String id) {
    Map<String, Object> operation = new LinkedHashMap<>();
    operation.put("tags", TAGS);
    operation.put("operationId", id);
    operation.put("summary", function.summary());
    if (Double.isFinite(function.costLimit())) {
      // Without ".0" and without an exponent, for a human.
      String limit = new BigDecimal(function.costLimit()).stripTrailingZeros().toPlainString();
      operation.put(
          "description", "One call may cost at most %s %s.".formatted(limit, function.costUnit()));
    }
    operation.put("responses", responses(RESPONSES));
    return operation;
  }

  private static Map<String, Object> body(Map<String, Object> content) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("required", true);
    body.put("content", content);
    return body;
  }

  private static Map<String, Object> responses(Map<String, String> names) {
    Map<String, Object> responses = new LinkedHashMap<>();
    names.forEach((status, name) -> responses.put(status, reference("responses", name)));
    return responses;
  }

  private static Map<String, String> reference(String kind, String name) {
    return Map.of("$ref", "#/components/" + kind + "/" + name);
  }

  // A function that declares a parameter of the same name has it for itself.
  private static void addCommon(FunctionSpec function, List<Object> parameters) {
    parameters.add(reference("parameters", "Prefer"));
    addUnlessOwn(function, "callback", "Callback", parameters);
    addUnlessOwn(function, "error_callback", "ErrorCallback", parameters);
    addUnlessOwn(function, "timeout", "Timeout", parameters);
  }

  private static void addUnlessOwn(
      FunctionSpec function, String name, String component, List<Object> parameters) {
    if (function.parameters().stream().noneMatch(own -> own.name().equals(name))) {
      parameters.add(reference("parameters", component));
    }
  }

  private static Map<String, Object> queryParameter(FunctionSpec function, Parameter parameter) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("name", parameter.name());
    node.put("in", "query");
    node.put("description", parameter.text());
    node.put("required", parameter.defaultValue() == null);
    if (parameter instanceof Parameter.Numbers) {
      node.put("style", "form");
      node.put("explode", false);
    }
    node.put("schema", schema(parameter));
    Object example = function.example().get(parameter.name());
    if (example != null) {
      node.put("example", example);
    }
    return node;
  }

  private static Map<String, Object> bodySchema(FunctionSpec function) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (Parameter parameter : function.parameters()) {
      Map<String, Object> property = schema(parameter);
      property.put("description", parameter.text());
      properties.put(parameter.name(), property);
      if (parameter.defaultValue() == null) {
        required.add(parameter.name());
      }
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", properties);
    schema.put("required", required);
    schema.put("additionalProperties", false);
    return schema;
  }

  private static Map<String, Object> schema(Parameter parameter) {
    Map<String, Object> schema = new LinkedHashMap<>();
    switch (parameter) {
      case Parameter.Whole whole -> {
        schema.put("type", "integer");
        schema.put("format", "int64");
        schema.put("minimum", whole.minimum());
        schema.put("maximum", whole.maximum());
      }
      case Parameter.Real real -> {
        schema.put("type", "number");
        schema.put("minimum", real.minimum());
        schema.put("maximum", real.maximum());
      }
      case Parameter.Text text -> {
        schema.put("type", "string");
        schema.put("maxLength", text.maximumLength());
      }
      case Parameter.Choice choice -> {
        schema.put("type", "string");
        schema.put("enum", choice.values());
      }
      case Parameter.Numbers numbers -> {
        schema.put("type", "array");
        schema.put("maxItems", numbers.maximumSize());
        schema.put("items", Map.of("type", "number"));
      }
    }
    Object defaultValue = parameter.defaultValue();
    if (defaultValue != null) {
      schema.put("default", defaultValue);
    }
    return schema;
  }
}
