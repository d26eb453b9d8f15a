package dev.percore.worker.calc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import dev.percore.worker.json.PlainJson;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CatalogueTest {
  private static final Parameter.Whole N = new Parameter.Whole("n", "", 1, 10, null);

  @Test
  void findsFunctionsByName() {
    Catalogue catalogue =
        new Catalogue(
            List.of(
                FakeFunction.echo("two", List.of(), Map.of()),
                FakeFunction.echo("one", List.of(), Map.of())));
    assertThat(catalogue.names()).containsExactly("one", "two");
    assertThat(catalogue.find("one")).isNotNull();
    assertThat(catalogue.find("three")).isNull();
  }

  @Test
  void refusesTwoFunctionsOfOneName() {
    ComputeFunction one = FakeFunction.echo("one", List.of(), Map.of());
    assertThatThrownBy(() -> new Catalogue(List.of(one, one)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("two functions have the name 'one': ")
        .hasMessageContaining(FakeFunction.class.getName());
  }

  @Test
  void refusesAnExampleThatIsNotAValidCall() {
    assertRefused(
        FakeFunction.echo("one", List.of(N), Map.of()),
        "its example is not a valid call: The parameter 'n' is required.");
    assertRefused(
        FakeFunction.echo("one", List.of(N), Map.of("n", 11)),
        "its example is not a valid call: The parameter 'n' must be from 1 to 10.");
    assertRefused(
        FakeFunction.echo("one", List.of(N), Map.of("n", 1, "m", 1)),
        "its example is not a valid call: The function 'one' has no parameter 'm'.");
  }

  @Test
  void refusesAnExampleBeyondTheCostLimit() {
    FunctionSpec dear =
        new FunctionSpec("one", "", List.of(N), Map.of("n", 2), a -> a.whole("n"), 1, "steps");
    assertRefused(
        new FakeFunction(dear, (_, _) -> ComputeResult.json(1)),
        "its example is not a valid call: The call would cost 2 steps");
  }

  @Test
  void refusesADefaultOutOfItsRange() {
    assertRefused(
        FakeFunction.echo("one", List.of(new Parameter.Whole("n", "", 1, 10, 0L)), Map.of("n", 1)),
        "a default is not valid: The parameter 'n' must be from 1 to 10.");
    assertRefused(
        FakeFunction.echo(
            "one", List.of(new Parameter.Choice("c", "", List.of("a"), "b")), Map.of("c", "a")),
        "a default is not valid: The parameter 'c' must be one of a.");
  }

  @Test
  void refusesBadParameterNamesAndCostLimits() {
    assertRefused(
        FakeFunction.echo("one", List.of(N, N), Map.of("n", 1)),
        "two parameters have the name 'n'");
    assertRefused(
        FakeFunction.echo("one", List.of(new Parameter.Whole("N o", "", 1, 10, 1L)), Map.of()),
        "not a parameter name: 'N o'");
    assertRefused(
        new FakeFunction(
            new FunctionSpec("one", "", List.of(), Map.of(), _ -> 0, 0, "steps"),
            (_, _) -> ComputeResult.json(1)),
        "its cost limit must be above 0");
  }

  @Test
  void checksFunctionsFromElsewhereAlone() {
    ComputeFunction bad =
        FakeFunction.echo("one", List.of(new Parameter.Whole("n", "", 1, 10, 0L)), Map.of("n", 1));
    ComputeFunction good = FakeFunction.echo("one", List.of(N), Map.of("n", 1));

    assertThat(Catalogue.of(List.of(bad), List.of()).names()).containsExactly("one");
    assertThatThrownBy(() -> Catalogue.of(List.of(), List.of(bad)))
        .hasMessageContaining("a default is not valid");
    assertThatThrownBy(() -> Catalogue.of(List.of(good), List.of(good)))
        .hasMessageContaining("two functions have the name 'one'");
  }

  static Stream<Catalogue.Entry> shipped() {
    return shippedCatalogue().entries().stream();
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void theExamplesThatShipRun(Catalogue.Entry entry) throws Exception {
    var arguments =
        entry.arguments().fromElement(PlainJson.bytes(entry.spec().example())).arguments();
    assertThat(entry.function().apply(arguments, ComputeContext.UNDISTURBED)).isNotNull();
  }

  // The edges of each range, and one beyond.
  @ParameterizedTest
  @CsvSource({
    "count, n, 0, 100000000000",
    "primes, n, 0, 20000000000",
    "pi, digits, 1, 500000",
    "fibonacci, n, 0, 1000000",
    "factorial, n, 0, 100000",
    "mandelbrot, width, 1, 2048",
    "mandelbrot, height, 1, 2048",
    "mandelbrot, row, -1, 2047",
    "matmul, n, 1, 1200",
    "matmul, seed, 0, 9007199254740991",
    "montecarlo, samples, 1, 10000000000",
    "montecarlo, seed, 0, 9007199254740991",
    "sha256, rounds, 1, 200000000",
    "pbkdf2, iterations, 1, 20000000",
    "pbkdf2, length, 1, 1024",
    "sort, n, 1, 2000000",
    "sort, seed, 0, 9007199254740991"
  })
  void rangesOfTheFunctionsThatShipAreKept(
      String function, String parameter, long minimum, long maximum) throws Exception {
    Catalogue.Entry entry = shippedCatalogue().find(function);
    assertThat(entry).isNotNull();
    for (long edge : new long[] {minimum, maximum}) {
      assertThat(parse(entry, parameter, edge)).isEqualTo("taken");
    }
    for (long beyond : new long[] {minimum - 1, maximum + 1}) {
      assertThat(parse(entry, parameter, beyond)).isEqualTo("parameter-out-of-range");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mandelbrot, width=2000&height=2000&iterations=2500, taken",
    "mandelbrot, width=2000&height=2000&iterations=2501, cost-over-limit",
    "mandelbrot, width=2000&height=2000&iterations=2501&row=0, taken",
    "pbkdf2, password=p&salt=s&iterations=10000000&length=64, taken",
    "pbkdf2, password=p&salt=s&iterations=10000000&length=65, cost-over-limit"
  })
  void costLimitsOfTheFunctionsThatShipAreKept(String function, String query, String outcome)
      throws Exception {
    FakeRequest request = FakeRequest.get(function, query);
    Catalogue.Entry entry = shippedCatalogue().find(function);
    assertThat(entry).isNotNull();
    assertThat(parse(entry, request.query())).isEqualTo(outcome);
  }

  static Catalogue shippedCatalogue() {
    return new Catalogue(
        ServiceLoader.load(ComputeFunction.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList());
  }

  private static String parse(Catalogue.Entry entry, String parameter, long value) {
    Map<String, List<String>> query = new HashMap<>();
    if (entry.spec().name().equals("pbkdf2")) {
      query.put("password", List.of("p"));
      query.put("salt", List.of("s"));
    }
    query.put(parameter, List.of(Long.toString(value)));
    return parse(entry, query);
  }

  private static String parse(Catalogue.Entry entry, Map<String, List<String>> query) {
    try {
      entry.arguments().fromQuery(query);
      return "taken";
    } catch (ProblemException e) {
      return e.problem().type();
    }
  }

  private static void assertRefused(ComputeFunction function, String reason) {
    assertThatThrownBy(() -> new Catalogue(List.of(function)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("function 'one' (" + FakeFunction.class.getName() + "): " + reason);
  }
}
