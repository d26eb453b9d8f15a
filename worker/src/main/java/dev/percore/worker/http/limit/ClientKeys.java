package dev.percore.worker.http.limit;

import dev.percore.config.net.IpRange;
import dev.percore.protocol.shared.LimitTable;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The keys under which clients are counted. A client of IPv6 is a whole /64: who has one address
/// of it usually has all of them.
///
/// @param exempt addresses that are not counted at all
record ClientKeys(LimitTable table, List<IpRange> exempt) {
  private static final int IPV4_OCTETS = 4;
  private static final int IPV6_PREFIX_OCTETS = 8;

  /// What the limits make of an address.
  ///
  /// @param exempt whether nothing counts that comes from there
  /// @param key of the address; 0 if it does not count, because it is exempt or no IP address,
  ///     such as that of a Unix socket, behind which there may be anybody
  record Origin(String address, boolean exempt, long key) {}

  Origin ofAddress(String text) {
    InetAddress address = parse(text);
    if (address == null) {
      return new Origin(text, false, 0);
    }
    if (exempt.stream().anyMatch(range -> range.contains(address))) {
      return new Origin(text, true, 0);
    }
    byte[] octets = address.getAddress();
    int length = octets.length == IPV4_OCTETS ? IPV4_OCTETS : IPV6_PREFIX_OCTETS;
    return new Origin(text, false, key('a', octets, length));
  }

  long ofHeader(String value) {
    byte[] octets = value.getBytes(StandardCharsets.ISO_8859_1);
    return key('h', octets, octets.length);
  }

  // The kind keeps a header's value from standing for an address.
  private long key(char kind, byte[] octets, int length) {
    byte[] client = new byte[length + 1];
    client[0] = (byte) kind;
    System.arraycopy(octets, 0, client, 1, length);
    return table.key(client);
  }

  private static @Nullable InetAddress parse(String text) {
    int scope = text.indexOf('%');
    try {
      return InetAddress.ofLiteral(scope < 0 ? text : text.substring(0, scope));
    } catch (IllegalArgumentException noAddress) {
      return null;
    }
  }
}
