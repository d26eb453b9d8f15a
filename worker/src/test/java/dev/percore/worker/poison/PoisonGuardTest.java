package dev.percore.worker.poison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.percore.config.ServerConfig;
import dev.percore.protocol.shared.PoisonTable;
import dev.percore.protocol.shared.RunningCall;
import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeException;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Response;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class PoisonGuardTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Arguments SEVEN = arguments(7L, "x");
  private static final Arguments EIGHT = arguments(8L, "x");

  private final PoisonTable table = PoisonTable.inMemory(2);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final PoisonGuard guard = PoisonGuard.of(table, 1, registry);

  @Test
  void whatIsComputedStandsInTheRowUntilItIsOver() throws Exception {
    RunningCall seen = noteOf(guard, SEVEN);
    assertThat(seen.function()).isEqualTo("f");
    assertThat(System.nanoTime() - seen.startedNanos()).isBetween(0L, LONG.toNanos());
    assertThat(seen.again()).isFalse();
    assertThat(noteOf(guard.again(), SEVEN).again()).isTrue();
    assertThat(table.running(1)).isEmpty();
    assertThat(noteOf(guard, arguments(7L, "x")).fingerprint()).isEqualTo(seen.fingerprint());
    assertThat(noteOf(guard, EIGHT).fingerprint()).isNotEqualTo(seen.fingerprint());
    assertThat(noteOf(guard, arguments(7L, "y")).fingerprint()).isNotEqualTo(seen.fingerprint());
    assertThat(noteOf(guard, arguments(7L, List.of(1.0))).fingerprint())
        .isNotEqualTo(noteOf(guard, arguments(7L, List.of(2.0))).fingerprint());
  }

  @Test
  void theNoteIsGoneAfterAFailureAndStaysAfterOneThatEndsTheProcess() {
    for (Throwable harmless :
        List.of(
            new IllegalStateException("on purpose"),
            new ComputeException("n", "on purpose"),
            new StackOverflowError("on purpose"),
            new CancellationException("on purpose"))) {
      assertThatThrownBy(() -> call(guard, SEVEN, thrower(harmless))).isSameAs(harmless);
      assertThat(table.running(1)).as(harmless.toString()).isEmpty();
    }
    var fatal = new OutOfMemoryError("on purpose");
    assertThatThrownBy(() -> call(guard, SEVEN, thrower(fatal))).isSameAs(fatal);
    assertThat(table.running(1)).isPresent();
  }

  @Test
  void aMarkedCallIsRefusedAndOthersOfTheFunctionAreNot() throws Exception {
    mark(SEVEN);

    var refused =
        catchThrowableOfType(PoisonException.class, () -> call(guard, SEVEN, result("no")));

    assertThat(refused.problem().status()).isEqualTo(422);
    assertThat(refused.problem().type()).isEqualTo("poison-request");
    assertThat(refused.problem().members())
        .containsEntry("function", "f")
        .containsEntry("deaths", 2)
        .containsKeys("fingerprint", "retry_after_seconds")
        .hasSize(4);
    assertThat(refused.response().headers())
        .contains(new Response.Header("Retry-After", Long.toString(LONG.toSeconds())));
    assertThatThrownBy(() -> guard.check("f", SEVEN)).isInstanceOf(PoisonException.class);
    guard.check("f", EIGHT);
    guard.check("g", SEVEN);
    assertThat(call(guard, EIGHT, result("yes"))).isEqualTo(ComputeResult.json("yes"));
    assertThat(registry.get("percore.poison.refused").tag("function", "f").counter().count())
        .isEqualTo(2);
    assertThat(table.entries().getFirst().refusals()).isEqualTo(2);
  }

  @Test
  void whatHasAttemptsOfItsOwnIsNotedAndNotRefused() throws Exception {
    mark(SEVEN);
    assertThat(noteOf(guard.lenient(), SEVEN)).isNotNull();
  }

  @Test
  void aCallThatComesToItsEndIsClearedUnlessItWasGivenUp() throws Exception {
    die(SEVEN, 2);
    var _ = guard.apply("f", function(result("done")), SEVEN, new Context(true));
    assertThat(table.entries().getFirst().completed()).isZero();
    var _ = call(guard, SEVEN, result("done"));
    assertThat(table.entries().getFirst().completed()).isOne();
  }

  @Test
  void switchedOffOrWithoutAPlaceItRefusesNothing() throws Exception {
    for (PoisonGuard off :
        List.of(
            PoisonGuard.none(),
            PoisonGuard.of(new ServerConfig.Poison(2, LONG, LONG), Optional.empty(), registry))) {
      off.check("f", SEVEN);
      assertThat(call(off, SEVEN, result("yes"))).isEqualTo(ComputeResult.json("yes"));
    }
  }

  private void mark(Arguments arguments) throws Exception {
    die(arguments, 2);
    die(arguments, 2);
    assertThat(table.hasMarked()).isTrue();
  }

  private void die(Arguments arguments, int limit) throws Exception {
    RunningCall call = noteOf(guard.lenient(), arguments);
    var unfinished = new RunningCall(call.function(), call.fingerprint(), System.nanoTime(), false);
    var _ = table.died(unfinished, System.nanoTime() + 1, limit, LONG, LONG);
  }

  private RunningCall noteOf(PoisonGuard one, Arguments arguments) throws Exception {
    RunningCall[] seen = new RunningCall[1];
    // Given up, so that it does not count as having come to its end.
    var _ =
        one.apply(
            "f",
            function(
                () -> {
                  seen[0] = table.running(1).orElseThrow();
                  return ComputeResult.json(0);
                }),
            arguments,
            new Context(true));
    return seen[0];
  }

  private static ComputeResult call(PoisonGuard one, Arguments arguments, Body body)
      throws Exception {
    return one.apply("f", function(body), arguments, new Context(false));
  }

  private static Arguments arguments(Object one, Object other) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("one", one);
    values.put("other", other);
    return new Arguments(values);
  }

  private static Body result(String value) {
    return () -> ComputeResult.json(value);
  }

  private static Body thrower(Throwable cause) {
    return () -> {
      if (cause instanceof Error error) {
        throw error;
      }
      throw (Exception) cause;
    };
  }

  @FunctionalInterface
  private interface Body {
    ComputeResult run() throws Exception;
  }

  private static ComputeFunction function(Body body) {
    return new ComputeFunction() {
      @Override
      public FunctionSpec spec() {
        return FunctionSpec.of("f", "A fake.", List.of(), Map.of());
      }

      @Override
      public ComputeResult apply(Arguments arguments, ComputeContext context) throws Exception {
        return body.run();
      }
    };
  }

  private record Context(boolean isCancelled) implements ComputeContext {
    @Override
    public void checkCancelled() {}
  }
}
