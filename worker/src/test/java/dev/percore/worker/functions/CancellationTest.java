package dev.percore.worker.functions;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeFunction;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments.ArgumentSet;
import org.junit.jupiter.params.provider.MethodSource;

class CancellationTest {

  // The dearest calls: each would take seconds to minutes.
  static Stream<ArgumentSet> calls() {
    return Stream.of(
        call(new Count(), Map.of("n", 100_000_000_000L)),
        call(new Primes(), Map.of("n", 20_000_000_000L)),
        call(new Pi(), Map.of("digits", 500_000L)),
        call(new Fibonacci(), Map.of("n", 1_000_000L)),
        call(new Factorial(), Map.of("n", 100_000L)),
        call(
            new Mandelbrot(),
            Map.of("width", 2000L, "height", 5L, "iterations", 1_000_000L, "span", 0.001)),
        call(new MatrixProduct(), Map.of("n", 1200L)),
        call(new MonteCarlo(), Map.of("samples", 10_000_000_000L)),
        call(new Sha256Chain(), Map.of("rounds", 200_000_000L)),
        call(new Pbkdf2(), Map.of("password", "p", "salt", "s", "iterations", 20_000_000L)),
        call(new Sort(), Map.of("n", 2_000_000L)));
  }

  @ParameterizedTest
  @MethodSource("calls")
  @Timeout(10)
  void endsAtThePollThatTellsSo(ComputeFunction function, Map<String, Object> given) {
    Arguments arguments = Calls.arguments(function, given);
    for (int polls : new int[] {0, 1}) {
      if (polls == 1 && function instanceof Sort) {
        continue;
      }
      assertThatThrownBy(() -> function.apply(arguments, new Calls.CancelledAfter(polls)))
          .isInstanceOf(CancellationException.class);
    }
  }

  private static ArgumentSet call(ComputeFunction function, Map<String, Object> arguments) {
    return org.junit.jupiter.params.provider.Arguments.argumentSet(
        function.spec().name(), function, arguments);
  }
}
