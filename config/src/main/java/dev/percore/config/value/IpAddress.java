package dev.percore.config.value;

import dev.percore.config.net.IpText;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// An IPv4 or IPv6 address in digits. Host names are refused: what they resolve to changes with
/// time and place, and a look-up may hang at start.
public record IpAddress() implements ValueType<String> {

  @Override
  public @Nullable String parse(String text, Path home) {
    return IpText.parse(text) == null ? null : text;
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
