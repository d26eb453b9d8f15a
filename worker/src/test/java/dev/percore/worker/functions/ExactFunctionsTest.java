package dev.percore.worker.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ExactFunctionsTest {

  @Test
  void fibonacciAgreesWithAddition() throws Exception {
    BigInteger current = BigInteger.ZERO;
    BigInteger following = BigInteger.ONE;
    for (long n = 0; n <= 400; n++) {
      assertThat(fibonacci(n)).isEqualTo(current);
      BigInteger sum = current.add(following);
      current = following;
      following = sum;
    }
  }

  @Property(tries = 50)
  void fibonacciKeepsItsRecurrence(@ForAll @LongRange(min = 0, max = 100_000) long n)
      throws Exception {
    assertThat(fibonacci(n).add(fibonacci(n + 1))).isEqualTo(fibonacci(n + 2));
  }

  @Test
  void factorialAgreesWithMultiplication() throws Exception {
    BigInteger product = BigInteger.ONE;
    for (long n = 0; n <= 300; n++) {
      product = n == 0 ? product : product.multiply(BigInteger.valueOf(n));
      assertThat(factorial(n)).isEqualTo(product);
    }
  }

  @Property(tries = 20)
  void factorialGrowsByItsLastFactor(@ForAll @LongRange(min = 1, max = 5000) long n)
      throws Exception {
    assertThat(factorial(n - 1).multiply(BigInteger.valueOf(n))).isEqualTo(factorial(n));
  }

  @Test
  void integersBeyondTheExactDoublesAreStrings() throws Exception {
    assertThat(Calls.json(new Fibonacci(), Map.of("n", 78L))).isEqualTo(8_944_394_323_791_464L);
    assertThat(Calls.json(new Fibonacci(), Map.of("n", 79L))).isEqualTo("14472334024676221");
    assertThat(Calls.json(new Factorial(), Map.of("n", 18L))).isEqualTo(6_402_373_705_728_000L);
    assertThat(Calls.json(new Factorial(), Map.of("n", 19L))).isEqualTo("121645100408832000");
    assertThat(ExactIntegers.json(BigInteger.TWO.pow(53).subtract(BigInteger.ONE)))
        .isEqualTo(9_007_199_254_740_991L);
    assertThat(ExactIntegers.json(BigInteger.TWO.pow(53))).isEqualTo("9007199254740992");
    assertThat(ExactIntegers.json(BigInteger.TWO.pow(53).negate())).isEqualTo("-9007199254740992");
  }

  private static BigInteger fibonacci(long n) throws Exception {
    return new BigInteger(Calls.json(new Fibonacci(), Map.of("n", n)).toString());
  }

  private static BigInteger factorial(long n) throws Exception {
    return new BigInteger(Calls.json(new Factorial(), Map.of("n", n)).toString());
  }
}
