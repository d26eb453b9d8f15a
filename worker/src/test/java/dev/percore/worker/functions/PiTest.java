package dev.percore.worker.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PiTest {
  private static final String MACHIN = machin(3000);

  @Test
  void knowsTheFirstFiftyDecimals() throws Exception {
    assertThat(pi(50)).isEqualTo("3.14159265358979323846264338327950288419716939937510");
  }

  @Test
  void knowsTheDecimalsUpToTheThousandth() throws Exception {
    assertThat(pi(1000)).hasSize(1002).endsWith("2164201989");
  }

  // Decimals 762 to 767 are nines: rounding instead of cutting would show here.
  @ParameterizedTest
  @ValueSource(
      ints = {1, 2, 3, 4, 13, 14, 15, 28, 29, 761, 762, 763, 764, 765, 766, 767, 768, 3000})
  void cutsOffInsteadOfRounding(int digits) throws Exception {
    assertThat(pi(digits)).isEqualTo(MACHIN.substring(0, digits + 2));
  }

  private static String pi(long digits) throws Exception {
    return (String) Calls.json(new Pi(), Map.of("digits", digits));
  }

  /// Pi = 16 arctan(1/5) - 4 arctan(1/239), term by term.
  private static String machin(int digits) {
    BigInteger unit = BigInteger.TEN.pow(digits + 20);
    BigInteger pi =
        arctan(5, unit)
            .multiply(BigInteger.valueOf(16))
            .subtract(arctan(239, unit).multiply(BigInteger.valueOf(4)));
    String decimals = pi.divide(BigInteger.TEN.pow(20)).toString();
    return decimals.charAt(0) + "." + decimals.substring(1);
  }

  private static BigInteger arctan(long inverse, BigInteger unit) {
    BigInteger square = BigInteger.valueOf(inverse * inverse);
    BigInteger power = unit.divide(BigInteger.valueOf(inverse));
    BigInteger sum = BigInteger.ZERO;
    for (long k = 0; power.signum() != 0; k++) {
      BigInteger term = power.divide(BigInteger.valueOf(2 * k + 1));
      sum = k % 2 == 0 ? sum.add(term) : sum.subtract(term);
      power = power.divide(square);
    }
    return sum;
  }
}
