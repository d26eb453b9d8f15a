package dev.percore.worker.functions;

import java.math.BigInteger;

/// How exact integers go into a JSON answer.
final class ExactIntegers {
  // 2^53 - 1: up to here every reader of JSON keeps integers exact (RFC 8259, section 6).
  private static final BigInteger NUMBER_MAXIMUM =
      BigInteger.ONE.shiftLeft(53).subtract(BigInteger.ONE);

  private ExactIntegers() {}

  /// A number up to 2^53 - 1 (of either sign), a string of decimal digits beyond.
  static Object json(BigInteger value) {
    return value.abs().compareTo(NUMBER_MAXIMUM) <= 0
        ? (Object) value.longValueExact()
        : value.toString();
  }
}
