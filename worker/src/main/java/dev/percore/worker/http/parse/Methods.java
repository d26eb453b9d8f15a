package dev.percore.worker.http.parse;

import java.nio.charset.StandardCharsets;

/// Names of methods without an allocation for the common ones.
final class Methods {
  private static final String[] COMMON = {
    "GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT"
  };

  private Methods() {}

  static String name(byte[] octets, int from, int to) {
    for (String method : COMMON) {
      if (spells(octets, from, to, method)) {
        return method;
      }
    }
    return new String(octets, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static boolean spells(byte[] octets, int from, int to, String method) {
    int length = to - from;
    if (length != method.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (octets[from + i] != method.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
