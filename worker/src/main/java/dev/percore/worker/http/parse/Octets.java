package dev.percore.worker.http.parse;

/// Classes of octets, from the grammars of RFC 9110 (fields) and RFC 3986 (targets).
final class Octets {
  /// `tchar` of RFC 9110, section 5.6.2.
  static final int TOKEN = 1;

  /// What a field value may hold: visible characters, space, tab and `obs-text`.
  static final int FIELD = 2;

  /// What a path may hold and needs no further look: `pchar` and the slash, but no percent sign and
  /// no dot.
  static final int PATH = 4;

  /// The same for a query. It takes in what browsers send there without encoding, though RFC 3986
  /// does not: brackets, braces, backslash, caret, grave accent and the vertical line.
  static final int QUERY = 8;

  /// What a host name may hold, but for the percent sign.
  static final int HOST = 16;

  private static final byte[] CLASSES = classes();

  private Octets() {}

  static boolean is(byte octet, int kind) {
    return (CLASSES[octet & 0xff] & kind) != 0;
  }

  /// Value of a hexadecimal digit, or -1.
  static int hex(int octet) {
    if (octet >= '0' && octet <= '9') {
      return octet - '0';
    }
    int letter = octet | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  }

  static boolean isDigit(byte octet) {
    return octet >= '0' && octet <= '9';
  }

  /// Whether the octets spell the text, which is in lower case, in any case.
  static boolean equalsIgnoreCase(byte[] octets, int from, int to, String lowerCase) {
    if (to - from != lowerCase.length()) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (toLowerCase(octets[i] & 0xff) != lowerCase.charAt(i - from)) {
        return false;
      }
    }
    return true;
  }

  static int toLowerCase(int octet) {
    return octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
  }

  private static byte[] classes() {
    byte[] classes = new byte[256];
    for (char c = 'a'; c <= 'z'; c++) {
      classes[c] = TOKEN | PATH | QUERY | HOST;
      classes[c - 0x20] = TOKEN | PATH | QUERY | HOST;
    }
    for (char c = '0'; c <= '9'; c++) {
      classes[c] = TOKEN | PATH | QUERY | HOST;
    }
    mark(classes, "!#$%&'*+-.^_`|~", TOKEN);
    mark(classes, "-_~!$&'()*+,;=:@/", PATH);
    mark(classes, "-._~!$&'()*+,;=:@/?[]{}\\^`|", QUERY);
    mark(classes, "-._~!$&'()*+,;=", HOST);
    for (int c = 0; c < classes.length; c++) {
      if (c == '\t' || (c >= ' ' && c != 0x7f)) {
        classes[c] |= FIELD;
      }
    }
    return classes;
  }

  private static void mark(byte[] classes, String characters, int kind) {
    for (int i = 0; i < characters.length(); i++) {
      classes[characters.charAt(i)] |= (byte) kind;
    }
  }
}
