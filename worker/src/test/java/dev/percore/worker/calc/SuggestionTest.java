package dev.percore.worker.calc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
  private static final List<String> KNOWN = List.of("count", "pi", "factorial", "fibonacci");

  @ParameterizedTest
  @CsvSource({
    "coun, count",
    "counts, count",
    "cuont, count",
    "p, pi",
    "fact, ",
    "factoral, factorial",
    "fibonaci, fibonacci",
    "Count, count",
    "xyz, ",
    "count/, count",
    "'', "
  })
  void findsWhatWasProbablyMeant(String given, String meant) {
    assertThat(Suggestion.closest(given, KNOWN).orElse(null)).isEqualTo(meant);
  }
}
