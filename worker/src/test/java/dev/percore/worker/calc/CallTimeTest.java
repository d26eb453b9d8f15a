package dev.percore.worker.calc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallTimeTest {
  // Milliseconds of the function, the preference, the argument; the milliseconds that count.
  @ParameterizedTest
  @CsvSource({
    ", , , ",
    "5000, , , 5000",
    ", wait=3, , 3000",
    ", , 2.5, 2500",
    ", , 1e-3, 1",
    "5000, wait=3, 4, 3000",
    "5000, wait=9, 10, 5000",
    ", wait=0, , 0",
    ", wait=1.5, , ",
    ", wait=-1, , ",
    ", wait=99999999999, , ",
    ", respond-async, , ",
  })
  void theShortestCounts(
      @Nullable Long functionMillis,
      @Nullable String preference,
      @Nullable String argument,
      @Nullable Long millis)
      throws Exception {
    Duration own = functionMillis == null ? null : Duration.ofMillis(functionMillis);
    FakeRequest request =
        FakeRequest.get(
            "/calc/timed", argument == null ? Map.of() : Map.of("timeout", List.of(argument)));
    CallTime time =
        CallTime.of(
            entry(own, List.of()), preference == null ? request : request.preferring(preference));
    assertThat(time.limit()).isEqualTo(millis == null ? null : Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "86401", "0.0001"})
  void refusesATimeOutOfRange(String value) {
    ProblemException problem = problem(List.of(value));
    assertThat(problem.problem().status()).isEqualTo(400);
    assertThat(problem.problem().type()).isEqualTo("parameter-out-of-range");
    assertThat(problem.problem().members()).containsEntry("parameter", "timeout");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "1s", "NaN"})
  void refusesWhatIsNoTime(String value) {
    assertThat(problem(List.of(value)).problem().type()).isEqualTo("parameter-wrong-type");
  }

  @Test
  void refusesTwoTimes() {
    assertThat(problem(List.of("1", "2")).problem().type()).isEqualTo("repeated-parameter");
  }

  @Test
  void isNoArgumentOfTheFunction() throws Exception {
    Catalogue.Entry entry = entry(null, List.of());
    var query = Map.of("timeout", List.of("1"));
    assertThat(entry.arguments().parse(FakeRequest.get("/calc/timed", query)).arguments().asMap())
        .isEmpty();
    FakeRequest posted =
        new FakeRequest("POST", "/calc/timed", query, "application/json", new byte[] {'{', '}'});
    assertThat(entry.arguments().parse(posted).arguments().asMap()).isEmpty();
    assertThat(CallTime.of(entry, posted).limit()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void belongsToTheFunctionThatDeclaresIt() throws Exception {
    Catalogue.Entry entry =
        entry(null, List.of(new Parameter.Text("timeout", "a text", 10, "none")));
    FakeRequest request = FakeRequest.get("/calc/timed", "timeout=late");
    assertThat(CallTime.of(entry, request).limit()).isNull();
    assertThat(entry.arguments().parse(request).arguments().text("timeout")).isEqualTo("late");
  }

  private static ProblemException problem(List<String> values) {
    FakeRequest request = FakeRequest.get("/calc/timed", Map.of("timeout", values));
    return catchThrowableOfType(
        ProblemException.class, () -> CallTime.of(entry(null, List.of()), request));
  }

  private static Catalogue.Entry entry(@Nullable Duration own, List<Parameter> parameters) {
    ComputeFunction function =
        new ComputeFunction() {
          @Override
          public FunctionSpec spec() {
            return FunctionSpec.of("timed", "A fake.", parameters, Map.of());
          }

          @Override
          public Optional<Duration> timeout() {
            return Optional.ofNullable(own);
          }

          @Override
          public ComputeResult apply(Arguments arguments, ComputeContext context) {
            return ComputeResult.json(true);
          }
        };
    return new Catalogue(List.of(function)).entries().iterator().next();
  }
}
