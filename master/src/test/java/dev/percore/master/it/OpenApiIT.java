package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The description of the service, held against the service.
final class OpenApiIT {
  private static final String SCHEMA = "https://spec.openapis.org/oas/3.1/schema/2022-10-07";

  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemaIdResolvers(
                  resolvers ->
                      resolvers.mapPrefix(
                          "https://spec.openapis.org/", "classpath:spec.openapis.org/")));

  @Test
  void isValidAndEveryOperationInItIsServed(@TempDir Path folder) throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1")) {
      RawAnswer answer = server.get("/openapi.json");
      assertThat(answer.header("Content-Type")).isEqualTo("application/json");
      JsonNode document = answer.json();
      assertThat(registry.getSchema(SchemaLocation.of(SCHEMA)).validate(document)).isEmpty();

      List<String> paths = List.copyOf(document.get("paths").propertyNames());
      assertThat(paths).contains("/calc", "/calc/", "/calc/pi", "/healthz", "/readyz", "/");
      try (RawConnection connection = server.connect()) {
        for (String path : paths) {
          for (String method : document.get("paths").get(path).propertyNames()) {
            assertServed(connection, method, path.replace("{type}", "not-found"));
          }
        }
      }
    }
  }

  private static void assertServed(RawConnection connection, String method, String path)
      throws Exception {
    connection.send(
        "%s %s HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
            .formatted(method.toUpperCase(java.util.Locale.ROOT), path));
    int status = connection.receive().status();
    // 400 for want of a required argument.
    assertThat(status).as("%s %s", method, path).isIn(200, 400);
  }

  @Test
  void thePagesLinkToWhatIsThere(@TempDir Path folder) throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1")) {
      String home = server.get("/").text();
      List<String> links =
          java.util.regex.Pattern.compile("href=\"(/[^\"]*)\"")
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
}
