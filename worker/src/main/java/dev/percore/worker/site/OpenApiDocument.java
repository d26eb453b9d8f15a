package dev.percore.worker.site;

import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The OpenAPI 3.1 description of the service port: a template with what is always there, and one
/// path for each function of the catalogue.
final class OpenApiDocument {
  private static final String TEMPLATE = "openapi.json";
  /// The function that is also served at `/calc`.
  private static final String CLASSIC = "count";

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

  private static final JsonMapper MAPPER = new JsonMapper();

  private OpenApiDocument() {}

  static byte[] write(String version, List<FunctionSpec> functions) {
    ObjectNode document = template();
    ((ObjectNode) document.get("info")).put("version", version);
    ObjectNode paths = (ObjectNode) document.get("paths");
    for (FunctionSpec function : functions) {
      String name = function.name();
      if (name.equals(CLASSIC)) {
        paths.putObject("/calc").set("get", get(function, "calc"));
      }
      ObjectNode path = paths.putObject("/calc/" + name);
      path.set("get", get(function, "calc-" + name));
      path.set("post", post(function, "calc-" + name + "-post"));
      paths.putObject("/calc/" + name + "/map").set("post", map(function, "calc-" + name + "-map"));
    }
    return MAPPER.writeValueAsBytes(document);
  }

  private static ObjectNode template() {
    try (InputStream in = OpenApiDocument.class.getResourceAsStream(TEMPLATE)) {
      return (ObjectNode) MAPPER.readTree(Objects.requireNonNull(in, TEMPLATE));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + TEMPLATE, e);
    }
  }

  private static ObjectNode get(FunctionSpec function, String id) {
    ObjectNode get = operation(function, id);
    ArrayNode parameters = get.putArray("parameters");
    function.parameters().forEach(parameter -> parameters.add(queryParameter(function, parameter)));
    addCommon(function, parameters);
    return get;
  }

  private static ObjectNode post(FunctionSpec function, String id) {
    ObjectNode post = operation(function, id);
    ArrayNode parameters = post.putArray("parameters");
    addCommon(function, parameters);
    parameters.addObject().put("$ref", "#/components/parameters/IdempotencyKey");
    ObjectNode body = post.putObject("requestBody").put("required", true);
    ObjectNode json = body.putObject("content").putObject("application/json");
    json.set("schema", bodySchema(function));
    json.set("example", MAPPER.<JsonNode>valueToTree(function.example()));
    return post;
  }

  private static ObjectNode map(FunctionSpec function, String id) {
    ObjectNode map = MAPPER.createObjectNode();
    map.putArray("tags").add("calc");
    map.put("operationId", id);
    map.put("summary", "Many calls in one request. " + function.summary());
    map.put(
        "description",
        "NDJSON (also as application/ndjson or application/jsonl) is computed while it arrives, and"
            + " the outcomes leave meanwhile; an array has to arrive whole first.");
    ArrayNode parameters = map.putArray("parameters");
    for (String option : List.of("MapChunk", "MapUnordered")) {
      parameters.addObject().put("$ref", "#/components/parameters/" + option);
    }
    ObjectNode body = map.putObject("requestBody").put("required", true);
    ObjectNode content = body.putObject("content");
    ObjectNode json = content.putObject("application/json");
    ObjectNode schema = json.putObject("schema").put("type", "array");
    schema.set("items", bodySchema(function));
    json.putArray("example").add(MAPPER.<JsonNode>valueToTree(function.example()));
    content.putObject("application/x-ndjson").putObject("schema").put("type", "string");
    ObjectNode responses = map.putObject("responses");
    MAP_RESPONSES.forEach(
        (status, name) ->
            responses.putObject(status).put("$ref", "#/components/responses/" + name));
    return map;
  }

  private static ObjectNode operation(FunctionSpec function, String id) {
    ObjectNode operation = MAPPER.createObjectNode();
    operation.putArray("tags").add("calc");
    operation.put("operationId", id);
    operation.put("summary", function.summary());
    if (Double.isFinite(function.costLimit())) {
      // Without ".0" and without an exponent, for a human.
      String limit = new BigDecimal(function.costLimit()).stripTrailingZeros().toPlainString();
      operation.put(
          "description", "One call may cost at most %s %s.".formatted(limit, function.costUnit()));
    }
    ObjectNode responses = operation.putObject("responses");
    RESPONSES.forEach(
        (status, name) ->
            responses.putObject(status).put("$ref", "#/components/responses/" + name));
    return operation;
  }

  // A function that declares a parameter of the same name has it for itself.
  private static void addCommon(FunctionSpec function, ArrayNode parameters) {
    parameters.addObject().put("$ref", "#/components/parameters/Prefer");
    addUnlessOwn(function, "callback", "Callback", parameters);
    addUnlessOwn(function, "error_callback", "ErrorCallback", parameters);
    addUnlessOwn(function, "timeout", "Timeout", parameters);
  }

  private static void addUnlessOwn(
      FunctionSpec function, String name, String component, ArrayNode parameters) {
    if (function.parameters().stream().noneMatch(own -> own.name().equals(name))) {
      parameters.addObject().put("$ref", "#/components/parameters/" + component);
    }
  }

  private static ObjectNode queryParameter(FunctionSpec function, Parameter parameter) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("name", parameter.name());
    node.put("in", "query");
    node.put("description", parameter.text());
    node.put("required", parameter.defaultValue() == null);
    if (parameter instanceof Parameter.Numbers) {
      node.put("style", "form").put("explode", false);
    }
    node.set("schema", schema(parameter));
    Object example = function.example().get(parameter.name());
    if (example != null) {
      node.set("example", MAPPER.valueToTree(example));
    }
    return node;
  }

  private static ObjectNode bodySchema(FunctionSpec function) {
    ObjectNode schema = MAPPER.createObjectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    for (Parameter parameter : function.parameters()) {
      properties.set(parameter.name(), schema(parameter).put("description", parameter.text()));
      if (parameter.defaultValue() == null) {
        required.add(parameter.name());
      }
    }
    return schema.put("additionalProperties", false);
  }

  private static ObjectNode schema(Parameter parameter) {
    ObjectNode schema = MAPPER.createObjectNode();
    switch (parameter) {
      case Parameter.Whole whole ->
          schema
              .put("type", "integer")
              .put("format", "int64")
              .put("minimum", whole.minimum())
              .put("maximum", whole.maximum());
      case Parameter.Real real ->
          schema
              .put("type", "number")
              .put("minimum", real.minimum())
              .put("maximum", real.maximum());
      case Parameter.Text text ->
          schema.put("type", "string").put("maxLength", text.maximumLength());
      case Parameter.Choice choice ->
          schema.put("type", "string").set("enum", MAPPER.valueToTree(choice.values()));
      case Parameter.Numbers numbers ->
          schema
              .put("type", "array")
              .put("maxItems", numbers.maximumSize())
              .putObject("items")
              .put("type", "number");
    }
    Object defaultValue = parameter.defaultValue();
    if (defaultValue != null) {
      schema.set("default", MAPPER.<JsonNode>valueToTree(defaultValue));
    }
    return schema;
  }
}
