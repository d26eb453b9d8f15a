package dev.percore.worker.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.percore.worker.api.Body;
import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class OpenApiDocumentTest {
  private static final String OPENAPI = "https://spec.openapis.org/oas/3.1/";
  private static final JsonMapper MAPPER = new JsonMapper();

  // The official schemas lie on the class path under their addresses.
  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemaIdResolvers(
                  resolvers ->
                      resolvers.mapPrefix(
                          "https://spec.openapis.org/", "classpath:spec.openapis.org/")));

  private final JsonNode document =
      MAPPER.readTree(OpenApiDocument.write("1.2.3", SampleFunctions.ALL));

  @Test
  void isAValidOpenApiDocument() {
    assertThat(validate(document)).isEmpty();
  }

  @Test
  void theValidationFindsWhatIsWrong() {
    ObjectNode broken = document.deepCopy().asObject();
    ((ObjectNode) broken.at("/paths/~1healthz/get")).put("responses", "none");
    assertThat(validate(broken)).isNotEmpty();
  }

  @Test
  void everySchemaInsideIsAValidSchema() {
    Schema metaSchema =
        registry.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
    List<JsonNode> schemas = document.findValues("schema");
    schemas.addAll(document.at("/components/schemas").values());
    assertThat(schemas).hasSizeGreaterThan(10);
    for (JsonNode schema : schemas) {
      assertThat(metaSchema.validate(schema)).as(schema.toString()).isEmpty();
    }
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<String> references = document.findValuesAsString("$ref");
    assertThat(references).isNotEmpty();
    for (String reference : references) {
      assertThat(document.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
    }
  }

  @Test
  void everyOperationHasAnIdOfItsOwn() {
    List<String> ids = new ArrayList<>(document.findValuesAsString("operationId"));
    assertThat(ids).doesNotHaveDuplicates().contains("calc", "calc-count", "calc-count-post");
  }

  @Test
  void describesTheServiceAndEachFunction() {
    assertThat(document.at("/info/version").asString()).isEqualTo("1.2.3");
    Set<String> paths = new HashSet<>(document.get("paths").propertyNames());
    assertThat(paths)
        .containsExactlyInAnyOrder(
            "/",
            "/healthz",
            "/readyz",
            "/openapi.json",
            "/problems/",
            "/problems/{type}",
            "/jobs",
            "/jobs/{id}",
            "/jobs/{id}/events",
            "/jobs/{id}/result",
            "/calc/",
            "/calc",
            "/calc/count",
            "/calc/count/map",
            "/calc/all-kinds",
            "/calc/all-kinds/map");
  }

  @Test
  void leavesOutTheClassicAddressWithoutItsFunction() {
    JsonNode without = MAPPER.readTree(OpenApiDocument.write("1", List.of()));
    assertThat(validate(without)).isEmpty();
    assertThat(without.get("paths").has("/calc")).isFalse();
  }

  @Test
  void describesEachKindOfParameter() {
    JsonNode parameters = document.at("/paths/~1calc~1all-kinds/get/parameters");
    assertThat(parameters.get(0))
        .isEqualTo(
            json(
                """
                {"name": "whole", "in": "query", "description": "a whole number",
                 "required": true, "example": 3,
                 "schema": {"type": "integer", "format": "int64", "minimum": 1, "maximum": 10}}
                """));
    assertThat(parameters.get(1).get("schema"))
        .isEqualTo(json("{'type': 'number', 'minimum': -0.5, 'maximum': 0.5, 'default': 0.25}"));
    assertThat(parameters.get(1).get("required")).isEqualTo(json("false"));
    assertThat(parameters.get(2).get("schema"))
        .isEqualTo(json("{'type': 'string', 'maxLength': 20}"));
    assertThat(parameters.get(3).get("schema"))
        .isEqualTo(json("{'type': 'string', 'enum': ['a', 'b'], 'default': 'a'}"));
    assertThat(parameters.get(4).get("schema"))
        .isEqualTo(
            json(
                "{'type': 'array', 'maxItems': 3, 'items': {'type': 'number'},"
                    + " 'default': [1.0, 2.5]}"));
    assertThat(parameters.get(4).get("explode")).isEqualTo(json("false"));
  }

  @Test
  void theExampleOfABodyFitsItsSchema() {
    JsonNode content =
        document.at("/paths/~1calc~1all-kinds/post/requestBody/content/application~1json");
    Schema schema = registry.getSchema(content.get("schema"));
    assertThat(schema.validate(content.get("example"))).isEmpty();
    assertThat(schema.validate(json("{'whole': 11, 'text': ''}"))).hasSize(1);
    assertThat(schema.validate(json("{'whole': 1}"))).hasSize(1);
    assertThat(schema.validate(json("{'whole': 1, 'text': '', 'other': 1}"))).hasSize(1);
  }

  @Test
  void problemDocumentsFitTheirSchema() {
    Problem problem =
        new Problem(
            400,
            "parameter-out-of-range",
            "Parameter out of range",
            "The parameter 'n' must be from 0 to 10.",
            Map.of("parameter", "n", "value", 11, "minimum", 0, "maximum", 10));
    Body.Bytes body = (Body.Bytes) Response.problem(problem).body();
    Schema schema = componentSchema("ArgumentProblem");
    assertThat(schema.validate(MAPPER.readTree(body.bytes()))).isEmpty();
    assertThat(schema.validate(json("{'title': 'no type'}"))).isNotEmpty();
  }

  private Schema componentSchema(String name) {
    ObjectNode schema = document.deepCopy().asObject();
    schema.put("$ref", "#/components/schemas/" + name);
    return registry.getSchema(schema);
  }

  private List<Error> validate(JsonNode candidate) {
    return registry.getSchema(SchemaLocation.of(OPENAPI + "schema/2022-10-07")).validate(candidate);
  }

  private static JsonNode json(String text) {
    return MAPPER.readTree(text.replace('\'', '"'));
  }
}
