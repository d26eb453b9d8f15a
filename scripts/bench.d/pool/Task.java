package pool;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an answer of /calc says of where and how long it was computed.
record Task(int slot, double seconds) {
  private static final Pattern SLOT = Pattern.compile("\"slot\":(\\d+)");
  private static final Pattern COMPUTED = Pattern.compile("\"computed_us\":(\\d+)");

  static Task of(String answer) {
    return new Task((int) number(SLOT, answer), number(COMPUTED, answer) / 1e6);
  }

  private static long number(Pattern pattern, String answer) {
    Matcher matcher = pattern.matcher(answer);
    if (!matcher.find()) {
      throw new IllegalStateException("no answer of /calc: " + answer);
    }
    return Long.parseLong(matcher.group(1));
  }
}
