package dev.percore.worker.calc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import dev.percore.worker.api.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentParserTest {
  private static final String JSON = "application/json";

  private final FunctionSpec spec =
      new FunctionSpec(
          "fake",
          "A fake.",
          FakeFunction.PARAMETERS,
          Map.of(),
          arguments -> arguments.whole("n") * arguments.real("x"),
          1_000_000,
          "steps");
  private final ArgumentParser parser = new ArgumentParser(spec);

  @Test
  void fillsInDefaultsInTheOrderOfTheParameters() throws Exception {
    Arguments arguments = query("text=xyz");
    assertThat(arguments.asMap())
        .containsExactly(
            Map.entry("n", 7L),
            Map.entry("x", 0.5),
            Map.entry("text", "xyz"),
            Map.entry("colour", "red"),
            Map.entry("numbers", List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 1000",
    "0, 0",
    "-10, -10",
    "+5, 5",
    "1e6, 1000000",
    "1E+3, 1000",
    "100e-2, 1",
    "1.0, 1",
    "007, 7",
    "0e999999999, 0",
    "-0, 0"
  })
  void takesWholeNumbersInAQuery(String given, long value) throws Exception {
    assertThat(query("n=" + given).whole("n")).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({"1000, 1000", "1e6, 1000000", "1.0, 1", "-10, -10", "0.0, 0", "0e99, 0"})
  void takesWholeNumbersInABody(String given, long value) throws Exception {
    assertThat(body("{\"n\":" + given + "}").whole("n")).isEqualTo(value);
  }

  @Property(tries = 200)
  void takesEveryWholeNumberOfTheRange(@ForAll @LongRange(min = -10, max = 1_000_000) long n)
      throws Exception {
    assertThat(query("n=" + n).whole("n")).isEqualTo(n);
    assertThat(body("{\"n\":" + n + "}").whole("n")).isEqualTo(n);
  }

  @Test
  void takesTheOtherTypes() throws Exception {
    Arguments expected =
        new Arguments(
            Map.of(
                "n",
                1L,
                "x",
                2.5,
                "text",
                "ä",
                "colour",
                "green",
                "numbers",
                List.of(1.0, -2.5, 3e3)));
    assertThat(query("n=1&x=2.5&text=ä&colour=green&numbers=1,-2.5,3e3").asMap())
        .isEqualTo(expected.asMap());
    assertThat(
            body("{\"n\":1,\"x\":2.5,\"text\":\"ä\",\"colour\":\"green\","
                    + "\"numbers\":[1,-2.5,3e3]}")
                .asMap())
        .isEqualTo(expected.asMap());
    assertThat(query("numbers=").numbers("numbers")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "n=-11, -11",
    "n=1000001, 1000001",
    "n=1e999999999, 1E+999999999",
    "n=99999999999999999999, 1.0E20"
  })
  void namesTheRangeThatAWholeNumberIsOutOf(String query, String value) {
    assertThat(problemOfQuery(query))
        .satisfies(
            problem -> {
              assertThat(problem.status()).isEqualTo(400);
              assertThat(problem.type()).isEqualTo("parameter-out-of-range");
              assertThat(problem.detail())
                  .isEqualTo("The parameter 'n' must be from -10 to 1000000.");
              assertThat(problem.members())
                  .containsEntry("parameter", "n")
                  .containsEntry("minimum", -10L)
                  .containsEntry("maximum", 1_000_000L);
              assertThat(problem.members().get("value")).hasToString(value);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "x=-1.6, parameter-out-of-range, x, minimum",
    "x=1e400, parameter-out-of-range, x, maximum",
    "text=abcdef, parameter-out-of-range, text, maximum_length",
    "colour=blue, parameter-out-of-range, colour, allowed",
    "colour=RED, parameter-out-of-range, colour, allowed",
    "'numbers=1,2,3,4', parameter-out-of-range, numbers, maximum_size",
    "'numbers=1,,3', parameter-wrong-type, numbers, maximum_size",
    "numbers=1e400, parameter-wrong-type, numbers, maximum_size",
    "n=, parameter-wrong-type, n, minimum",
    "n=abc, parameter-wrong-type, n, minimum",
    "n=1.5, parameter-wrong-type, n, minimum",
    "n=1e-999999999, parameter-wrong-type, n, minimum",
    "n=1e9999999999, parameter-wrong-type, n, minimum",
    "n=1_000, parameter-wrong-type, n, minimum",
    "n=0x10, parameter-wrong-type, n, minimum",
    "'n= 1', parameter-wrong-type, n, minimum",
    "n=١, parameter-wrong-type, n, minimum",
    "n=.5, parameter-wrong-type, n, minimum",
    "x=NaN, parameter-wrong-type, x, minimum",
    "x=Infinity, parameter-wrong-type, x, minimum",
    "x=1d, parameter-wrong-type, x, minimum"
  })
  void namesWhatIsWrongWithAQuery(String query, String type, String parameter, String limit) {
    Problem problem = problemOfQuery(query);
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.type()).isEqualTo(type);
    assertThat(problem.members())
        .containsEntry("parameter", parameter)
        .containsKeys("value", limit);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"n\":\"1000\"} | parameter-wrong-type | n | 1000",
        "{\"n\":null} | parameter-wrong-type | n | null",
        "{\"n\":true} | parameter-wrong-type | n | true",
        "{\"n\":[1]} | parameter-wrong-type | n | [1]",
        "{\"n\":1.5} | parameter-wrong-type | n | 1.5",
        "{\"n\":1e-999} | parameter-wrong-type | n | 1E-999",
        "{\"n\":2000000} | parameter-out-of-range | n | 2000000",
        "{\"n\":1e999999999} | parameter-out-of-range | n | 1E+999999999",
        "{\"x\":\"1\"} | parameter-wrong-type | x | 1",
        "{\"x\":1e999} | parameter-out-of-range | x | 1E+999",
        "{\"text\":5} | parameter-wrong-type | text | 5",
        "{\"text\":\"abcdef\"} | parameter-out-of-range | text | abcdef",
        "{\"text\":\"a\\ud800\"} | parameter-wrong-type | text | half of a surrogate pair",
        "{\"colour\":\"blue\"} | parameter-out-of-range | colour | blue",
        "{\"numbers\":5} | parameter-wrong-type | numbers | 5",
        "{\"numbers\":[1,\"2\"]} | parameter-wrong-type | numbers | 2",
        "{\"numbers\":[1,2,3,4]} | parameter-out-of-range | numbers | 4",
        "{\"m\":1} | unknown-parameter | m |"
      })
  void namesWhatIsWrongWithABody(String body, String type, String parameter, String value) {
    Problem problem = problemOfBody(JSON, body);
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.type()).isEqualTo(type);
    assertThat(problem.members()).containsEntry("parameter", parameter);
    if (value != null) {
      assertThat(problem.members().get("value")).hasToString(value);
    }
  }

  @Test
  void suggestsTheParameterThatWasMeant() {
    Problem problem = problemOfQuery("colours=red");
    assertThat(problem.type()).isEqualTo("unknown-parameter");
    assertThat(problem.detail())
        .isEqualTo("The function 'fake' has no parameter 'colours'. Did you mean 'colour'?");
    assertThat(problem.members())
        .containsEntry("allowed", List.of("n", "x", "text", "colour", "numbers"));
  }

  @Test
  void refusesAParameterThatIsGivenTwice() {
    Problem problem = problem(FakeRequest.get("/calc/fake", Map.of("n", List.of("1", "2"))));
    assertThat(problem.type()).isEqualTo("repeated-parameter");
    assertThat(problem.members())
        .containsEntry("parameter", "n")
        .containsEntry("value", List.of("1", "2"));
  }

  @Test
  void refusesACallWithoutARequiredParameter() {
    ArgumentParser strict =
        new ArgumentParser(
            FakeFunction.echo(
                    "strict", List.of(new Parameter.Whole("n", "", 1, 5, null)), Map.of("n", 1))
                .spec());
    Problem problem = problemOf(() -> strict.parse(FakeRequest.get("/calc/strict", Map.of())));
    assertThat(problem.type()).isEqualTo("missing-parameter");
    assertThat(problem.members())
        .containsEntry("parameter", "n")
        .containsEntry("minimum", 1L)
        .containsEntry("maximum", 5L);
  }

  @Test
  void refusesACallBeyondTheCostLimit() throws Exception {
    assertThat(query("n=1000&x=1000").whole("n")).isEqualTo(1000);
    Problem problem = problemOfQuery("n=1000&x=1001");
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.type()).isEqualTo("cost-over-limit");
    assertThat(problem.detail())
        .isEqualTo("The call would cost 1001000 steps, and the limit of 'fake' is 1000000.");
    assertThat(problem.members())
        .containsEntry("value", 1_001_000L)
        .containsEntry("limit", 1_000_000L)
        .containsEntry("unit", "steps");
  }

  @Test
  void refusesACostThatIsNotANumber() {
    FunctionSpec odd =
        new FunctionSpec("odd", "", List.of(), Map.of(), _ -> Double.NaN, 1, "steps");
    Problem problem =
        problemOf(() -> new ArgumentParser(odd).parse(FakeRequest.get("/calc/odd", Map.of())));
    assertThat(problem.type()).isEqualTo("cost-over-limit");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"n\":1}}",
        "{\"n\":1} {}",
        "{\"n\":1,\"n\":2}",
        "{\"n\":1,}",
        "{n:1}",
        "{'n':1}",
        "{\"n\":01}",
        "{\"n\":+1}",
        "{\"n\":NaN}",
        "{\"n\":1} // comment",
        "[]",
        "1",
        "null",
        " ",
        "\"n\"",
        "{\"text\":\"a\nb\"}"
      })
  void refusesABodyThatIsNotOneJsonObject(String body) {
    Problem problem = problemOfBody(JSON, body);
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.type()).isEqualTo("malformed-json");
  }

  @Test
  void saysWhereABodyIsNoJson() {
    assertThat(problemOfBody(JSON, "{\"n\":1} {}").detail())
        .isEqualTo("The body is not valid JSON at line 1, column 9: more follows after the value");
    assertThat(problemOfBody(JSON, " ").detail())
        .isEqualTo("The body is not valid JSON at line 1, column 2: it is empty");
    assertThat(problemOfBody(JSON, "{\"n\":1,\n\"n\":2}").detail())
        .startsWith("The body is not valid JSON at line 2, column ")
        .endsWith("Duplicate Object property \"n\"");
  }

  @Test
  void refusesDeepNestingLongNumbersAndLongNames() {
    assertThat(problemOfBody(JSON, "{\"n\":" + "[".repeat(1000) + "]".repeat(1000) + "}").type())
        .isEqualTo("malformed-json");
    assertThat(problemOfBody(JSON, "{\"n\":1" + "0".repeat(500) + "}").type())
        .isEqualTo("malformed-json");
    assertThat(problemOfQuery("n=1." + "0".repeat(500)).type()).isEqualTo("parameter-wrong-type");
    assertThat(problemOfBody(JSON, "{\"" + "n".repeat(500) + "\":1}").type())
        .isEqualTo("malformed-json");
  }

  @Test
  void takesABodyAsLongAsTheParametersCanNeed() throws Exception {
    String body = "{\"n\":3}";
    // 5 characters of text and 3 numbers.
    int maximum = 64 * 1024 + 5 * 6 + 3 * 32;
    assertThat(body(body + " ".repeat(maximum - body.length())).whole("n")).isEqualTo(3);
    Problem problem = problemOfBody(JSON, body + " ".repeat(maximum - body.length() + 1));
    assertThat(problem.status()).isEqualTo(413);
    assertThat(problem.type()).isEqualTo("content-too-large");
    assertThat(problem.members())
        .containsEntry("value", maximum + 1)
        .containsEntry("maximum", (long) maximum);
  }

  @Test
  void asksForTheCostOnce() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    FunctionSpec counting =
        new FunctionSpec(
            "fake", "", List.of(), Map.of(), _ -> asked.incrementAndGet(), 10, "steps");
    assertThat(new ArgumentParser(counting).parse(FakeRequest.get("/calc/fake", Map.of())).cost())
        .isEqualTo(1);
    assertThat(asked).hasValue(1);
  }

  @Test
  void givesArgumentsThatNobodyCanChange() throws Exception {
    assertThatThrownBy(() -> query("numbers=3,1,2").numbers("numbers").sort(null))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> body("{\"numbers\":[3,1,2]}").numbers("numbers").sort(null))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void tellsWhereTheJsonIsMalformed() {
    assertThat(problemOfBody(JSON, "{\"n\":\n oops}").detail()).contains("line 2, column");
  }

  @Test
  void refusesABodyInAnotherEncoding() {
    for (var charset : List.of(StandardCharsets.UTF_16BE, StandardCharsets.ISO_8859_1)) {
      byte[] body = "{\"text\":\"ä\"}".getBytes(charset);
      FakeRequest request = new FakeRequest("POST", "/calc/fake", Map.of(), JSON, body);
      assertThat(problem(request).type()).isEqualTo("malformed-json");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        JSON,
        "application/json; charset=utf-8",
        "APPLICATION/JSON;charset=\"UTF-8\"",
        "application/json ; x=y"
      })
  void takesJsonByItsContentType(String contentType) throws Exception {
    FakeRequest request = FakeRequest.post("/calc/fake", contentType, "{\"n\":3}");
    assertThat(parser.parse(request).arguments().whole("n")).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "application/json; charset=utf-16"
      })
  void refusesABodyOfAnotherType(String contentType) {
    Problem problem = problemOfBody(contentType, "{\"n\":3}");
    assertThat(problem.status()).isEqualTo(415);
    assertThat(problem.type()).isEqualTo("unsupported-media-type");
    assertThat(problem.members()).containsEntry("allowed", List.of(JSON));
  }

  @Test
  void refusesABodyWithoutAContentType() {
    FakeRequest request = FakeRequest.post("/calc/fake", null, "{}");
    assertThat(problem(request).status()).isEqualTo(415);
  }

  @Test
  void aPostWithoutABodyTakesItsQuery() throws Exception {
    FakeRequest request =
        new FakeRequest("POST", "/calc/fake", Map.of("n", List.of("3")), null, new byte[0]);
    assertThat(parser.parse(request).arguments().whole("n")).isEqualTo(3);
  }

  @Test
  void refusesArgumentsInTwoPlaces() {
    byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
    assertThat(
            problem(new FakeRequest("POST", "/calc/fake", Map.of("n", List.of("3")), JSON, body))
                .type())
        .isEqualTo("query-and-body");
    assertThat(problem(new FakeRequest("GET", "/calc/fake", Map.of(), JSON, body)).type())
        .isEqualTo("unexpected-body");
  }

  @Test
  void showsOnlyTheBeginningOfALongValue() {
    Problem problem = problemOfQuery("n=" + "x".repeat(5000));
    assertThat((String) problem.members().get("value")).hasSize(101).endsWith("…");
    assertThat(problemOfQuery("y".repeat(5000) + "=1").detail().length()).isLessThan(200);
  }

  private Arguments query(String query) throws ProblemException {
    return parser.parse(request(query)).arguments();
  }

  private Arguments body(String body) throws ProblemException {
    return parser.parse(FakeRequest.post("/calc/fake", JSON, body)).arguments();
  }

  private Problem problemOfQuery(String query) {
    return problem(request(query));
  }

  private Problem problemOfBody(String contentType, String body) {
    return problem(FakeRequest.post("/calc/fake", contentType, body));
  }

  private Problem problem(FakeRequest request) {
    return problemOf(() -> parser.parse(request));
  }

  private static Problem problemOf(ThrowingCallable call) {
    ProblemException thrown = catchThrowableOfType(ProblemException.class, call);
    assertThat(thrown).isNotNull();
    return thrown.problem();
  }

  private static FakeRequest request(String query) {
    return FakeRequest.get("/calc/fake", query);
  }
}
