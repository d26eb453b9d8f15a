package dev.percore.worker.http.parse;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Percent-decoding of ASCII text to strict UTF-8: no overlong forms, no surrogates, no lone
/// percent signs.
final class PercentDecoder {
  private PercentDecoder() {}

  /// Decodes a path. Refused are encoded slashes and backslashes, since a decoded one would change
  /// the segments of the path, and encoded control characters, which have no honest use there.
  static String decodePath(String path) throws RequestRejectedException {
    byte[] octets = new byte[path.length()];
    int size = 0;
    for (int i = 0; i < path.length(); i++) {
      int octet = path.charAt(i);
      if (octet == '%') {
        octet = encodedOctet(path, i, path.length());
        i += 2;
        if (octet == '/' || octet == '\\') {
          throw RequestRejectedException.malformed(
              "The path has an encoded slash or backslash (%2F, %5C).");
        }
        if (octet < ' ' || octet == 0x7f) {
          throw RequestRejectedException.malformed("The path has an encoded control character.");
        }
      }
      octets[size++] = (byte) octet;
    }
    return utf8(octets, size);
  }

  /// Decodes one name or value of a query, in which a plus sign stands for a space.
  static String decodeForm(String text, int from, int to) throws RequestRejectedException {
    byte[] octets = new byte[to - from];
    int size = 0;
    for (int i = from; i < to; i++) {
      int octet = text.charAt(i);
      if (octet == '%') {
        octet = encodedOctet(text, i, to);
        i += 2;
      } else if (octet == '+') {
        octet = ' ';
      }
      octets[size++] = (byte) octet;
    }
    return utf8(octets, size);
  }

  private static int encodedOctet(String text, int percent, int end)
      throws RequestRejectedException {
    int high = percent + 2 < end ? Octets.hex(text.charAt(percent + 1)) : -1;
    int low = percent + 2 < end ? Octets.hex(text.charAt(percent + 2)) : -1;
    if (high < 0 || low < 0) {
      throw RequestRejectedException.malformed(
          "A percent sign in the target is not followed by two hexadecimal digits.");
    }
    return high << 4 | low;
  }

  private static String utf8(byte[] octets, int size) throws RequestRejectedException {
    if (isAscii(octets, size)) {
      return new String(octets, 0, size, StandardCharsets.ISO_8859_1); // without a decoder
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(octets, 0, size))
          .toString();
    } catch (CharacterCodingException _) {
      throw RequestRejectedException.malformed("The target does not decode to valid UTF-8.");
    }
  }

  private static boolean isAscii(byte[] octets, int size) {
    for (int i = 0; i < size; i++) {
      if (octets[i] < 0) {
        return false;
      }
    }
    return true;
  }
}
