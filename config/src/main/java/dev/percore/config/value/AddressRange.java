package dev.percore.config.value;

import java.net.InetAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A block of IP addresses: `10.0.0.0/8`, `2001:db8::/32`, or one address.
///
/// @param network its first address
/// @param prefixBits how many leading bits all its addresses share
public record AddressRange(InetAddress network, int prefixBits) {

  private static final Pattern PREFIX = Pattern.compile("0|[1-9][0-9]{0,2}");

  /// The range that a text stands for, or null when it is none. Bits behind the prefix must be
  /// zero, since a text that has others was meant in another way.
  public static @Nullable AddressRange parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    if (!IpAddress.isAddress(address)) {
      return null;
    }
    InetAddress network = InetAddress.ofLiteral(address);
    int bits = network.getAddress().length * Byte.SIZE;
    if (slash < 0) {
      return new AddressRange(network, bits);
    }
    String prefix = text.substring(slash + 1);
    if (!PREFIX.matcher(prefix).matches() || Integer.parseInt(prefix) > bits) {
      return null;
    }
    AddressRange range = new AddressRange(network, Integer.parseInt(prefix));
    return range.isClean() ? range : null;
  }

  /// Whether the address lies in it. An IPv4 address never lies in a range of IPv6.
  public boolean contains(InetAddress address) {
    byte[] ours = network.getAddress();
    byte[] theirs = address.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    for (int i = 0; i < ours.length; i++) {
      if (((ours[i] ^ theirs[i]) & mask(i)) != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean isClean() {
    byte[] octets = network.getAddress();
    for (int i = 0; i < octets.length; i++) {
      if ((octets[i] & ~mask(i) & 0xff) != 0) {
        return false;
      }
    }
    return true;
  }

  /// The bits of an octet that belong to the prefix.
  private int mask(int octet) {
    int bits = Math.clamp(prefixBits - (long) octet * Byte.SIZE, 0, Byte.SIZE);
    return 0xff << (Byte.SIZE - bits) & 0xff;
  }

  @Override
  public String toString() {
    return network.getHostAddress() + "/" + prefixBits;
  }
}
