package dev.percore.config;

import java.util.regex.Pattern;

/// How problems show what they found.
final class Found {

  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_.-]{1,80}");
  private static final int LENGTH_MAX = 100;

  private Found() {}

  /// A key, in quotes unless it looks like one.
  static String key(String key) {
    return KEY.matcher(key).matches() ? key : quote(key);
  }

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
