package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The description of the service, held against the service.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OpenApiIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String SCHEMA = "https://spec.openapis.org/oas/3.1/schema/2022-10-07";

  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemaIdResolvers(
                  resolvers ->
                      resolvers.mapPrefix(
                          "https://spec.openapis.org/", "classpath:spec.openapis.org/")));

  private PercoreServer server;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    server = PercoreServer.start(folder, "workers=1");
  }

  @AfterAll
  void stop() throws Exception {
    server.close();
  }

  @Test
  void isValidAndEveryOperationInItIsServed() throws Exception {
    RawAnswer answer = server.get("/openapi.json");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    JsonNode document = answer.json();
    assertThat(registry.getSchema(SchemaLocation.of(SCHEMA)).validate(document)).isEmpty();

    List<String> paths = List.copyOf(document.get("paths").propertyNames());
    assertThat(paths).contains("/calc", "/calc/", "/calc/pi", "/healthz", "/readyz", "/");
    try (RawConnection connection = server.connect()) {
      for (String path : paths) {
        for (String method : document.get("paths").get(path).propertyNames()) {
          assertServed(
              connection, method, path.replace("{type}", "not-found").replace("{id}", "none"));
        }
      }
    }
  }

  @Test
  void answersFitTheirSchemas() throws Exception {
    JsonNode document = server.get("/openapi.json").json();
    assertFits(document, "Answer", server.get("/calc?n=1000").json());
    assertFits(document, "Catalogue", server.get("/calc/").json());
    assertFits(document, "ArgumentProblem", server.get("/calc?n=-1").json());
    assertFits(document, "Problem", server.get("/nothing").json());
    assertFits(document, "Problem", server.get("/jobs/none").json());
    JsonNode outcomes = JSON.readTree(server.post("/calc/count/map", "[1, -1, {}]").body());
    assertThat(outcomes).hasSize(3);
    for (JsonNode outcome : outcomes) {
      assertFits(document, "Outcome", outcome);
    }
    String address;
    try (RawConnection connection = server.connect()) {
      RawAnswer accepted =
          connection
              .sendHead("GET /calc?n=1000 HTTP/1.1", "Host: x", "Prefer: respond-async")
              .receive();
      assertThat(accepted.status()).isEqualTo(202);
      assertFits(document, "Job", accepted.json());
      address = Objects.requireNonNull(accepted.header("Location"));
    }
    JsonNode ended =
        Await.until(
            "the job has ended",
            () -> server.get(address).json(),
            job -> job.get("state").asString().equals("succeeded"));
    assertFits(document, "Job", ended);
    assertFits(document, "Answer", server.get(address + "/result").json());
    JsonNode jobs = server.get("/jobs").json().get("jobs");
    assertThat(jobs).isNotEmpty();
    for (JsonNode job : jobs) {
      assertFits(document, "Job", job);
    }
  }

  private void assertFits(JsonNode document, String name, JsonNode answer) {
    ObjectNode schema = document.deepCopy().asObject();
    schema.put("$ref", "#/components/schemas/" + name);
    assertThat(registry.getSchema(schema).validate(answer)).as("%s", answer).isEmpty();
  }

  private static void assertServed(RawConnection connection, String method, String path)
      throws Exception {
    connection.send(
        "%s %s HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
            .formatted(method.toUpperCase(Locale.ROOT), path));
    int status = connection.receive().status();
    assertThat(status).as("%s %s", method, path).isIn(expected(path));
  }

  private static List<Integer> expected(String path) {
    if (path.endsWith("/map")) {
      return List.of(415); // for want of a list of arguments
    }
    if (path.startsWith("/jobs/")) {
      return List.of(404); // for want of a job
    }
    return List.of(200, 400); // for want of a required argument
  }

  @Test
  void thePagesLinkToWhatIsThere() throws Exception {
    String home = server.get("/").text();
    List<String> links =
        Pattern.compile("href=\"(/[^\"]*)\"")
            .matcher(home)
            .results()
            .map(link -> link.group(1).replace("&amp;", "&"))
            .toList();
    assertThat(links).hasSizeGreaterThan(12);
    for (String link : links) {
      assertThat(server.get(link).status()).as(link).isEqualTo(200);
    }
    assertThat(server.get("/readyz").text()).isEqualTo("ready");
  }
}
