package dev.percore.worker.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CountTest {

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 1000, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_000_001})
  void sumIsTheNumberOfAdditions(long n) throws Exception {
    assertThat(Calls.json(new Count(), Map.of("n", n))).isEqualTo(n);
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 3})
  void startsFromZeroEachTime(long n) throws Exception {
    Count count = new Count();
    Calls.json(count, Map.of("n", 7L));
    assertThat(Calls.json(count, Map.of("n", n))).isEqualTo(n);
  }
}
