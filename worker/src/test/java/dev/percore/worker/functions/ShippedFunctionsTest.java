package dev.percore.worker.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.FunctionSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShippedFunctionsTest {

  @Test
  void areAllFoundAsServices() {
    assertThat(loaded().map(function -> function.spec().name()))
        .containsExactlyInAnyOrder(
            "count",
            "primes",
            "pi",
            "fibonacci",
            "factorial",
            "mandelbrot",
            "matmul",
            "montecarlo",
            "sha256",
            "pbkdf2",
            "sort",
            "eval");
  }

  @ParameterizedTest
  @CsvSource({"-1, 640, 480, 10, 3072000", "5, 640, 480, 10, 6400"})
  void mandelbrotCostsThePixelsThatItComputes(
      long row, long width, long height, long iterations, double cost) {
    Map<String, Object> given =
        Map.of("row", row, "width", width, "height", height, "iterations", iterations);
    assertThat(cost(new Mandelbrot(), given)).isEqualTo(cost);
  }

  @Test
  void pbkdf2CostsItsIterationsForEachBlock() {
    Map<String, Object> given = Map.of("password", "p", "salt", "s", "iterations", 1000L);
    assertThat(cost(new Pbkdf2(), with(given, "length", 32L))).isEqualTo(1000);
    assertThat(cost(new Pbkdf2(), with(given, "length", 33L))).isEqualTo(2000);
  }

  @Test
  void sortCostsTheNumbersThatItSorts() {
    assertThat(cost(new Sort(), Map.of("numbers", List.of(1.0, 2.0)))).isEqualTo(2);
    assertThat(cost(new Sort(), Map.of("n", 500L))).isEqualTo(500);
  }

  private static double cost(ComputeFunction function, Map<String, Object> given) {
    FunctionSpec spec = function.spec();
    Arguments arguments = Calls.arguments(function, given);
    return spec.cost().applyAsDouble(arguments);
  }

  private static Map<String, Object> with(Map<String, Object> map, String name, Object value) {
    Map<String, Object> more = new HashMap<>(map);
    more.put(name, value);
    return more;
  }

  private static Stream<ComputeFunction> loaded() {
    return ServiceLoader.load(ComputeFunction.class).stream().map(ServiceLoader.Provider::get);
  }
}
