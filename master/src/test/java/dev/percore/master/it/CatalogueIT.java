package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The functions of the catalogue over HTTP, against answers known from elsewhere.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CatalogueIT {
  private static final String SHIPPED =
      "count,primes,pi,fibonacci,factorial,mandelbrot,matmul,montecarlo,sha256,pbkdf2,sort,eval";

  private PercoreServer server;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    server = PercoreServer.start(folder);
  }

  @AfterAll
  void stop() throws Exception {
    server.close();
  }

  // Matmul and montecarlo were computed with a SplitMix64 written in Python, the digests with its
  // hashlib; the others are known from tables.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          count      | {"n": 0}                        | 0
          count      | {"n": 1234567}                  | 1234567
          primes     | {"n": 1000000}                  | 78498
          pi         | {"digits": 50}                  | "3.14159265358979323846264338327950288419716939937510"
          fibonacci  | {"n": 10}                       | 55
          fibonacci  | {"n": 100}                      | "354224848179261915075"
          factorial  | {"n": 10}                       | 3628800
          factorial  | {"n": 25}                       | "15511210043330985984000000"
          mandelbrot | {"width": 1, "height": 1, "x": 2, "row": 0}                   | [2]
          mandelbrot | {"width": 1, "height": 1, "x": 0, "row": 0, "iterations": 99} | [99]
          matmul     | {"n": 3, "seed": 3}             | {"trace": -0.6973306396311258, "sum": -4.004721574788617, "checksum": "42573159"}
          montecarlo | {"samples": 100000, "seed": 7}  | {"estimate": 3.14484, "inside": 78621}
          sha256     | {"text": "abc", "rounds": 1000} | "fc8a6b86a13f71cd9a67f558ab6fd82a3dd89186163a017ed8051acf6d3f8f99"
          pbkdf2     | {"password": "password", "salt": "salt", "iterations": 4096}  | "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a"
          sort       | {"numbers": [3, -1, 2.5]}       | {"size": 3, "minimum": -1.0, "median": 2.5, "maximum": 3.0, "sorted": [-1.0, 2.5, 3.0]}
          eval       | {"expression": "2*(3+4)^2 - sqrt(16)/8"}                      | 97.5
          """)
  void computesWhatIsKnown(String function, String arguments, String result) throws Exception {
    String target = "/calc/" + function;
    RawAnswer got = server.get(target + "?" + query(Json.parse(arguments)));
    HttpResponse<String> posted = server.post(target, arguments);

    assertThat(got.status()).as(got.toString()).isEqualTo(200);
    assertThat(posted.statusCode()).as(posted.body()).isEqualTo(200);
    assertThat(got.json().get("result")).isEqualTo(Json.parse(result));
    assertThat(Json.parse(posted.body()).get("result")).isEqualTo(Json.parse(result));
    assertThat(Json.parse(posted.body()).get("arguments")).isEqualTo(got.json().get("arguments"));
  }

  @Test
  void theClassicCalculationCountsToAHundredMillionByDefault() throws Exception {
    JsonNode answer = server.get("/calc").json();
    assertThat(answer.get("function").asString()).isEqualTo("count");
    assertThat(answer.get("result").asLong()).isEqualTo(100_000_000);
  }

  @Test
  void anAnswerTellsWhereAndHowLongItWasComputed() throws Exception {
    JsonNode answer = server.get("/calc?n=100000").json();
    int slot = answer.at("/worker/slot").asInt();
    assertThat(answer.at("/worker/pid").asLong()).isEqualTo(server.worker(slot).pid());
    assertThat(answer.at("/worker/thread").asString()).isEqualTo("compute-" + slot);
    assertThat(answer.get("queued_us").asLong()).isNotNegative();
    assertThat(answer.get("computed_us").asLong()).isPositive();
  }

  @Test
  void drawsAnImageThatDecodes() throws Exception {
    RawAnswer answer = server.get("/calc/mandelbrot?width=120&height=80");
    assertThat(answer.header("Content-Type")).isEqualTo("image/png");
    assertThat(answer.header("Percore-Slot")).isIn("0", "1");
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(answer.body()));
    assertThat(image.getWidth()).isEqualTo(120);
    assertThat(image.getHeight()).isEqualTo(80);
    // The centre belongs to the set, a corner does not.
    assertThat(image.getRGB(60, 40)).isEqualTo(0xff000000);
    assertThat(image.getRGB(0, 0)).isNotEqualTo(0xff000000);
  }

  @Test
  void listsEveryFunctionThatShips() throws Exception {
    assertThat(catalogue())
        .extracting(function -> function.get("name").asString())
        .containsExactlyInAnyOrder(SHIPPED.split(",", -1));
    for (JsonNode function : catalogue()) {
      assertThat(function.get("summary").asString()).isNotBlank();
      assertThat(function.get("cost_limit").isNumber()).isTrue();
      assertThat(function.get("parameters").valueStream())
          .isNotEmpty()
          .allMatch(
              parameter -> parameter.has("type") && !parameter.get("text").asString().isBlank());
    }
  }

  @TestFactory
  List<DynamicTest> answersEachExampleOfTheCatalogue() throws Exception {
    return catalogue().stream()
        .map(function -> function.get("example_url").asString())
        .map(url -> DynamicTest.dynamicTest(url, () -> assertAnswers(url)))
        .toList();
  }

  private void assertAnswers(String url) throws Exception {
    RawAnswer answer = server.get(url);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
  }

  @TestFactory
  List<DynamicTest> refusesEachParameterOutOfItsRangeByName() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode function : catalogue()) {
      for (JsonNode parameter : function.get("parameters")) {
        String type = parameter.get("type").asString();
        if (type.equals("integer") || type.equals("number")) {
          for (String bound : List.of("minimum", "maximum")) {
            String name = function.get("name").asString() + " " + parameter.get("name") + bound;
            tests.add(
                DynamicTest.dynamicTest(name, () -> assertRefuses(function, parameter, bound)));
          }
        }
      }
    }
    assertThat(tests).hasSizeGreaterThan(20);
    return tests;
  }

  private void assertRefuses(JsonNode function, JsonNode parameter, String bound) throws Exception {
    double beyond = parameter.get(bound).asDouble() + (bound.equals("minimum") ? -1 : 1);
    ObjectNode arguments = ((ObjectNode) function.get("example_arguments")).deepCopy();
    arguments.put(parameter.get("name").asString(), beyond);

    HttpResponse<String> answer =
        server.post("/calc/" + function.get("name").asString(), arguments.toString());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = Json.parse(answer.body());
    assertThat(problem.get("type").asString()).isEqualTo("/problems/parameter-out-of-range");
    assertThat(problem.get("parameter")).isEqualTo(parameter.get("name"));
    assertThat(problem.get("value").asDouble()).isEqualTo(beyond);
    assertThat(problem.get("minimum")).isEqualTo(parameter.get("minimum"));
    assertThat(problem.get("maximum")).isEqualTo(parameter.get("maximum"));
  }

  @Test
  void refusesACallThatCostsTooMuchAltogether() throws Exception {
    JsonNode problem =
        server.get("/calc/mandelbrot?width=2048&height=2048&iterations=1000000").json();
    assertThat(problem.get("type").asString()).isEqualTo("/problems/cost-over-limit");
    assertThat(problem.get("limit").asLong()).isEqualTo(10_000_000_000L);
  }

  @ParameterizedTest
  @CsvSource({
    "/calc/fibonaci?n=1,      404, unknown-function",
    "/calc/pi?digit=1,        400, unknown-parameter",
    "/calc/pi?digits=x,       400, parameter-wrong-type",
    "/calc/pi?digits=1&digits=2, 400, repeated-parameter",
    "/calc/pbkdf2?password=x, 400, missing-parameter",
    "/calc/eval?expression=1/0, 422, no-answer",
    "/nothing,                404, not-found"
  })
  void tellsWhatIsWrongWithACall(String target, int status, String type) throws Exception {
    RawAnswer answer = server.get(target);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.json().get("type").asString()).isEqualTo("/problems/" + type);
    assertThat(answer.json().get("status").asInt()).isEqualTo(status);
  }

  @Test
  void proposesTheFunctionThatWasMeant() throws Exception {
    assertThat(server.get("/calc/fibonaci").json().get("detail").asString()).contains("fibonacci");
  }

  private List<JsonNode> catalogue() throws Exception {
    return server.get("/calc/").json().get("functions").valueStream().toList();
  }

  private static String query(JsonNode arguments) {
    return arguments.properties().stream()
        .map(argument -> argument.getKey() + "=" + encoded(argument.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(JsonNode value) {
    String text =
        value.isArray()
            ? value.valueStream().map(JsonNode::asString).collect(Collectors.joining(","))
            : value.asString();
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
