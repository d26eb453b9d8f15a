package dev.percore.worker.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SeededFunctionsTest {

  @Property(tries = 100)
  void generatorIsThatOfTheJdk(@ForAll long seed) {
    SplittableRandom expected = new SplittableRandom(seed);
    SplitMix64 random = new SplitMix64(seed);
    for (int i = 0; i < 10; i++) {
      assertThat(random.nextLong()).isEqualTo(expected.nextLong());
    }
  }

  @Test
  void montecarloCountsThePointsInsideOfTheCircle() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    long inside = 0;
    for (int i = 0; i < 300_000; i++) {
      long bits = random.nextLong();
      double x = (bits >>> 33) * 0x1p-31;
      double y = (bits & 0x7fffffffL) * 0x1p-31;
      inside += x * x + y * y < 1 ? 1 : 0;
    }
    Map<String, Object> result =
        Calls.object(new MonteCarlo(), Map.of("samples", 300_000L, "seed", 7L));
    assertThat(result).containsEntry("inside", inside);
    assertThat((double) Calls.member(result, "estimate")).isCloseTo(Math.PI, within(0.02));
  }

  @Property(tries = 30)
  void matrixProductIsThatOfTheTextbook(@ForAll @IntRange(min = 1, max = 140) int n) {
    SplitMix64 random = new SplitMix64(n);
    double[] left = MatrixProduct.matrix(n, random);
    double[] right = MatrixProduct.matrix(n, random);
    double[] expected = new double[n * n];
    for (int row = 0; row < n; row++) {
      for (int column = 0; column < n; column++) {
        for (int k = 0; k < n; k++) {
          expected[row * n + column] += left[row * n + k] * right[k * n + column];
        }
      }
    }
    assertThat(MatrixProduct.product(n, left, right, Calls.UNDISTURBED)).isEqualTo(expected);
  }

  @Test
  void matrixSummaryTellsTraceSumAndChecksum() {
    Map<String, Object> summary = MatrixProduct.summary(2, new double[] {1, 2, 3, 4});
    assertThat(summary).containsEntry("trace", 5.0).containsEntry("sum", 10.0);
    // python3: zlib.crc32(struct.pack('>4d', 1, 2, 3, 4))
    assertThat(summary).containsEntry("checksum", "14d2868b");
  }

  @Test
  void sameSeedGivesTheSameAnswer() throws Exception {
    Map<String, Object> arguments = Map.of("n", 50L, "seed", 9L);
    assertThat(Calls.json(new MatrixProduct(), arguments))
        .isEqualTo(Calls.json(new MatrixProduct(), arguments))
        .isNotEqualTo(Calls.json(new MatrixProduct(), Map.of("n", 50L, "seed", 10L)));
  }

  @Property(tries = 200)
  void sortedNumbersAreAnOrderedPermutation(
      @ForAll @Size(min = 1, max = 100) List<@DoubleRange(min = -1e9, max = 1e9) Double> numbers)
      throws Exception {
    Map<String, Object> result = Calls.object(new Sort(), Map.of("numbers", numbers));
    List<Double> sorted = Calls.list(Calls.member(result, "sorted"));
    assertThat(sorted).isSorted().containsExactlyInAnyOrderElementsOf(numbers);
    assertThat(result)
        .containsEntry("size", numbers.size())
        .containsEntry("minimum", Collections.min(numbers))
        .containsEntry("maximum", Collections.max(numbers));
  }

  @Test
  void medianIsTheMiddleOrTheMeanOfTheMiddleTwo() throws Exception {
    assertThat(Calls.object(new Sort(), Map.of("numbers", List.of(5.0, 1.0, 2.0))))
        .containsEntry("median", 2.0);
    assertThat(Calls.object(new Sort(), Map.of("numbers", List.of(5.0, 1.0, 2.0, 4.0))))
        .containsEntry("median", 3.0);
  }

  @Test
  void sortsRandomNumbersAndShowsThemWhileTheyAreFew() throws Exception {
    double[] expected = new double[10_000];
    SplittableRandom random = new SplittableRandom(3);
    Arrays.setAll(expected, _ -> (random.nextLong() >>> 11) * 0x1p-53);
    Arrays.sort(expected);
    Map<String, Object> few = Calls.object(new Sort(), Map.of("n", 10_000L, "seed", 3L));
    assertThat(Calls.<Double>list(Calls.member(few, "sorted")))
        .isEqualTo(Arrays.stream(expected).boxed().toList());
    Map<String, Object> many = Calls.object(new Sort(), Map.of("n", 10_001L, "seed", 3L));
    assertThat(many).doesNotContainKey("sorted").containsEntry("size", 10_001);
  }
}
