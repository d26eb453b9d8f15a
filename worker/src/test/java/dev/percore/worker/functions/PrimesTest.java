package dev.percore.worker.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrimesTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 0",
    "2, 1",
    "3, 2",
    "4, 2",
    "5, 3",
    "8, 4",
    "9, 4",
    "10, 4",
    "100, 25",
    "1000, 168",
    "10000, 1229",
    "100000, 9592",
    "1000000, 78498",
    "10000000, 664579",
    "100000000, 5761455"
  })
  void knowsTheCountsOfTheTables(long n, long primes) throws Exception {
    assertThat(Calls.json(new Primes(), Map.of("n", n))).isEqualTo(primes);
  }

  @Property(tries = 200)
  void agreesWithTrialDivision(@ForAll @LongRange(min = 0, max = 3000) long n) throws Exception {
    long expected = LongStream.rangeClosed(2, n).filter(PrimesTest::isPrime).count();
    assertThat(Calls.json(new Primes(), Map.of("n", n))).isEqualTo(expected);
  }

  // A segment holds 131,072 odd numbers.
  @Property(tries = 100)
  void growsByOneAtEachPrimeAroundTheEdgeOfASegment(
      @ForAll @LongRange(min = 262_000, max = 262_300) long n) throws Exception {
    long before = (long) Calls.json(new Primes(), Map.of("n", n - 1));
    assertThat(Calls.json(new Primes(), Map.of("n", n))).isEqualTo(before + (isPrime(n) ? 1 : 0));
  }

  private static boolean isPrime(long n) {
    return n >= 2 && LongStream.iterate(2, d -> d * d <= n, d -> d + 1).noneMatch(d -> n % d == 0);
  }
}
