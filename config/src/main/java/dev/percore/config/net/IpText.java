package dev.percore.config.net;

import java.net.InetAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// IP addresses as text, in digits: never a host name, whose look-up may hang and changes with
/// time and place.
public final class IpText {
  private static final int GROUPS = 8;

  private static final Pattern V4 =
      Pattern.compile(
          "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
              + "(\\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}");

  /// Leaves out the scope of a link-local address, which would need a look-up of its interface.
  private static final Pattern V6_CHARACTERS = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  private IpText() {}

  /// The address that a text stands for, or null if it is none. An IPv4 address that is written
  /// as IPv6 (`::ffff:10.0.0.1`) is an IPv4 address.
  public static @Nullable InetAddress parse(String text) {
    if (!V4.matcher(text).matches() && !V6_CHARACTERS.matcher(text).matches()) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /// The one text for an address, by RFC 5952: `2001:db8::1`, not `2001:db8:0:0:0:0:0:1`.
  public static String of(InetAddress address) {
    byte[] octets = address.getAddress();
    if (octets.length == 4) {
      return address.getHostAddress();
    }
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = (octets[2 * i] & 0xff) << 8 | (octets[2 * i + 1] & 0xff);
    }
    int from = 0;
    int length = 1; // a single group of zeros is written out
    for (int i = 0; i < GROUPS; i++) {
      int zeros = zeros(groups, i);
      if (zeros > length) {
        from = i;
        length = zeros;
      }
    }
    return length == 1
        ? join(groups, 0, GROUPS)
        : join(groups, 0, from) + "::" + join(groups, from + length, GROUPS);
  }

  /// Address and port, such as `127.0.0.1:8080` or `[::1]:8080`.
  public static String of(InetAddress address, int port) {
    String host = of(address);
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  private static int zeros(int[] groups, int from) {
    int end = from;
    while (end < GROUPS && groups[end] == 0) {
      end++;
    }
    return end - from;
  }

  private static String join(int[] groups, int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append(i == from ? "" : ":").append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }
}
