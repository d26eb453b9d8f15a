package dev.percore.config;

/// How problems show what they found.
final class Found {

  private static final int LENGTH_MAX = 100;

  private Found() {}

  /// The text in quotes, cut and made of one line, since it may come from anybody.
  static String quote(String text) {
    if (text.isEmpty()) {
      return "nothing";
    }
    String start = text.length() > LENGTH_MAX ? text.substring(0, LENGTH_MAX) + "..." : text;
    StringBuilder shown = new StringBuilder("\"");
    for (int i = 0; i < start.length(); i++) {
      char c = start.charAt(i);
      shown.append(Character.isISOControl(c) ? "\\u%04x".formatted((int) c) : String.valueOf(c));
    }
    return shown.append('"').toString();
  }
}
