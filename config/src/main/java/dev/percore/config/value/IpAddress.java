package dev.percore.config.value;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An IPv4 or IPv6 address in digits. Host names are refused: what they resolve to changes with
/// time and place, and a look-up may hang at start.
public record IpAddress() implements ValueType<String> {

  private static final Pattern V4 =
      Pattern.compile(
          "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
              + "(\\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}");

  /// Leaves out the scope of a link-local address, which would need a look-up of its interface.
  private static final Pattern V6_CHARACTERS = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  @Override
  public @Nullable String parse(String text, Path home) {
    return isAddress(text) ? text : null;
  }

  /// Whether a text is an address in digits.
  static boolean isAddress(String text) {
    return V4.matcher(text).matches() || isV6(text);
  }

  private static boolean isV6(String text) {
    if (!V6_CHARACTERS.matcher(text).matches()) {
      return false;
    }
    try {
      InetAddress.ofLiteral(text);
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  @Override
  public String canonical(String value) {
    return value;
  }

  @Override
  public String label() {
    return "IP address";
  }

  @Override
  public String allowed() {
    return "an IPv4 or IPv6 address in digits, such as 127.0.0.1 or ::1, not a host name";
  }
}
