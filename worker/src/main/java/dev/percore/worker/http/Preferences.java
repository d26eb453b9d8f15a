package dev.percore.worker.http;

import dev.percore.worker.api.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a client would like (RFC 7240), by the `Prefer` fields of its request. Immutable.
///
/// Of a preference that is there twice the first counts. A malformed one is passed over, and so are
/// the parameters of all.
public final class Preferences {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final Pattern PREFERENCE =
      Pattern.compile(
          "("
              + TOKEN
              + ")(?:[ \t]*=[ \t]*(?:("
              + TOKEN
              + ")|\"((?:[^\"\\\\]|\\\\.)*+)\"))?"
              + "(?:[ \t]*;.*)?",
          Pattern.DOTALL);
  /// No preference that is known here comes near; the time and the stack of the matching are
  /// bounded by it.
  private static final int LENGTH_MAXIMUM = 200;

  private static final Preferences NONE = new Preferences(Map.of());

  private final Map<String, String> values;

  private Preferences(Map<String, String> values) {
    this.values = values;
  }

  /// Those of a request.
  public static Preferences of(Request request) {
    List<String> fields = request.headers("Prefer");
    if (fields.isEmpty()) {
      return NONE;
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (String element : elements(String.join(",", fields))) {
      Matcher matcher = PREFERENCE.matcher(element);
      if (element.length() <= LENGTH_MAXIMUM && matcher.matches()) {
        values.putIfAbsent(matcher.group(1).toLowerCase(Locale.ROOT), value(matcher));
      }
    }
    return new Preferences(values);
  }

  /// Whether the preference is there, with a value or without.
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /// The value of a preference, empty if it has none; null if it is not there.
  ///
  /// @param name in lower case
  public @Nullable String value(String name) {
    return values.get(name);
  }

  private static String value(Matcher matcher) {
    if (matcher.group(2) != null) {
      return matcher.group(2);
    }
    return matcher.group(3) == null ? "" : matcher.group(3).replaceAll("\\\\(.)", "$1");
  }

  /// The parts between commas, of which those in quotes do not count.
  private static List<String> elements(String list) {
    List<String> elements = new ArrayList<>();
    StringBuilder element = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < list.length(); i++) {
      char c = list.charAt(i);
      if (quoted && c == '\\' && i + 1 < list.length()) {
        element.append(c).append(list.charAt(++i));
        continue;
      }
      quoted ^= c == '"';
      if (c == ',' && !quoted) {
        elements.add(element.toString().strip());
        element.setLength(0);
      } else {
        element.append(c);
      }
    }
    elements.add(element.toString().strip());
    return elements;
  }
}
