package dev.percore.worker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  private final Arguments arguments =
      new Arguments(Map.of("whole", 1L, "real", 0.5, "text", "one", "numbers", List.of(2.0, 1.0)));

  @Test
  void givesEachTypeByItsGetter() {
    assertThat(arguments.whole("whole")).isEqualTo(1);
    assertThat(arguments.real("real")).isEqualTo(0.5);
    assertThat(arguments.text("text")).isEqualTo("one");
    assertThat(arguments.numbers("numbers")).containsExactly(2.0, 1.0);
  }

  @Test
  void namesParameterAndTypeWhenTheGetterIsAnother() {
    assertRefused(
        () -> arguments.real("whole"),
        "the parameter 'whole' is a whole number: read it with whole()");
    assertRefused(
        () -> arguments.whole("real"),
        "the parameter 'real' is a real number: read it with real()");
    assertRefused(
        () -> arguments.numbers("text"),
        "the parameter 'text' is a text or a choice: read it with text()");
    assertRefused(
        () -> arguments.text("numbers"),
        "the parameter 'numbers' is a list of numbers: read it with numbers()");
    assertRefused(() -> arguments.text("other"), "the function declares no parameter 'other'");
  }

  @Test
  void staysAsItIsWhateverBecomesOfTheListsThatItWasMadeOf() {
    List<Double> given = new ArrayList<>(List.of(2.0, 1.0));
    Arguments made = new Arguments(Map.of("numbers", given));
    Parameter.Numbers parameter = new Parameter.Numbers("numbers", "", 2, given);
    given.sort(null);
    assertThat(made.numbers("numbers")).containsExactly(2.0, 1.0);
    assertThat(parameter.defaultValue()).containsExactly(2.0, 1.0);
    assertThatThrownBy(() -> made.numbers("numbers").sort(null))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
