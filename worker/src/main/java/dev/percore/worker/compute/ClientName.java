package dev.percore.worker.compute;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Who a task is for, as far as fairness goes: tasks of one name share what the lane gives to one.
///
/// @param text for the log; the same for the same client
public record ClientName(String text) {
  private static final int IPV6_PREFIX_OCTETS = 8;
  private static final String UNIX = "unix:";

  /// All jobs together, whoever has sent them.
  public static final ClientName JOBS = new ClientName("jobs");

  /// The client at an address, as [dev.percore.worker.api.Request#remoteAddress] tells it. One of
  /// IPv6 is a whole /64: who has one address of it usually has all of them.
  public static ClientName ofAddress(String address) {
    if (address.indexOf(':') < 0 || address.equals(UNIX)) {
      return new ClientName(address);
    }
    int scope = address.indexOf('%');
    try {
      InetAddress parsed = InetAddress.ofLiteral(scope < 0 ? address : address.substring(0, scope));
      return new ClientName(
          parsed instanceof Inet6Address ? prefix(parsed) : parsed.getHostAddress());
    } catch (IllegalArgumentException noAddress) {
      return new ClientName(address);
    }
  }

  private static String prefix(InetAddress address) {
    byte[] octets = address.getAddress();
    Arrays.fill(octets, IPV6_PREFIX_OCTETS, octets.length, (byte) 0);
    StringBuilder text = new StringBuilder(24);
    for (int i = 0; i < IPV6_PREFIX_OCTETS; i += 2) {
      int group = ((octets[i] & 0xff) << 8) | (octets[i + 1] & 0xff);
      text.append(Integer.toHexString(group)).append(':');
    }
    return text.append(":/64").toString();
  }

  // This and the next by hand: for what a record has by itself the JVM makes a dozen classes at the
  // first call, on the event loop.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ClientName name && text.equals(name.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
