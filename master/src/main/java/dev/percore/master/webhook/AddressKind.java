package dev.percore.master.webhook;

import dev.percore.config.net.IpRange;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// Where an address leads, by the special-purpose registries of IANA (RFC 6890).
enum AddressKind {
  /// To one host of the public network.
  PUBLIC,
  /// To this machine, or into a private network.
  PRIVATE,
  /// To nobody in particular, to a neighbour on the same link, or to where clouds serve the secrets
  /// of a machine.
  FORBIDDEN;

  private static final List<IpRange> PRIVATE_RANGES =
      ranges(
          "10.0.0.0/8",
          "100.64.0.0/10", // shared by the customers of a provider
          "127.0.0.0/8",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15", // benchmarks
          "::1",
          "64:ff9b:1::/48", // NAT64 of one network
          "fc00::/7",
          "fec0::/10"); // site-local, as it once was

  private static final List<IpRange> FORBIDDEN_RANGES =
      ranges(
          "0.0.0.0/8",
          "169.254.0.0/16",
          "192.0.2.0/24", // documentation
          "192.88.99.0/24", // once a way to 6to4
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/4",
          "240.0.0.0/4",
          "2001::/23", // Teredo and other protocols
          "2001:db8::/32",
          "3fff::/20",
          // Where clouds serve the secrets of a machine, elsewhere than link-local.
          "100.100.100.200",
          "168.63.129.16",
          "192.0.0.192",
          "fd00:ec2::254",
          "fd20:ce::254");

  private static final IpRange GLOBAL_UNICAST = ranges("2000::/3").getFirst();

  // ::ffff:0:0/96, 64:ff9b::/96 and 2002::/16: an address of IPv4 follows.
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};
  private static final byte[] NAT64 = {0, 0x64, -1, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
  private static final byte[] SIX_TO_FOUR = {0x20, 0x02};

  /// Where it leads. An address of IPv6 that stands for one of IPv4 leads where that one does.
  static AddressKind of(InetAddress address) {
    byte[] octets = address.getAddress();
    if (octets.length == 16) {
      if (begins(octets, MAPPED) || begins(octets, NAT64)) {
        return of(address(Arrays.copyOfRange(octets, 12, 16)));
      }
      if (begins(octets, SIX_TO_FOUR)) {
        return of(address(Arrays.copyOfRange(octets, 2, 6)));
      }
    }
    if (isIn(FORBIDDEN_RANGES, address)) {
      return FORBIDDEN;
    }
    if (isIn(PRIVATE_RANGES, address)) {
      return PRIVATE;
    }
    return octets.length == 4 || GLOBAL_UNICAST.contains(address) ? PUBLIC : FORBIDDEN;
  }

  private static boolean isIn(List<IpRange> ranges, InetAddress address) {
    return ranges.stream().anyMatch(range -> range.contains(address));
  }

  private static boolean begins(byte[] octets, byte[] prefix) {
    return Arrays.equals(octets, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static InetAddress address(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("four octets are an address", impossible);
    }
  }

  private static List<IpRange> ranges(String... texts) {
    return Stream.of(texts).map(text -> Objects.requireNonNull(IpRange.parse(text))).toList();
  }
}
