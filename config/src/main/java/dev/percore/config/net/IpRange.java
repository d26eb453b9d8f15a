package dev.percore.config.net;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// All addresses that begin with the same bits, written as in `10.0.0.0/8`; or a single one.
///
/// @param network its first address
/// @param prefixLength how many bits its addresses have in common
public record IpRange(InetAddress network, int prefixLength) {

  /// The range that a text stands for, or null if it is none. Bits set beyond the prefix are
  /// refused: whoever writes `10.0.0.1/8` may mean either the one address or the network.
  public static @Nullable IpRange parse(String text) {
    int slash = text.indexOf('/');
    InetAddress network = IpText.parse(slash < 0 ? text : text.substring(0, slash));
    if (network == null) {
      return null;
    }
    byte[] octets = network.getAddress();
    int bits = 8 * octets.length;
    int prefix = slash < 0 ? bits : prefix(text.substring(slash + 1));
    if (prefix < 0 || prefix > bits) {
      return null;
    }
    for (int bit = prefix; bit < bits; bit++) {
      if ((octets[bit / 8] & (0x80 >> (bit % 8))) != 0) {
        return null;
      }
    }
    return new IpRange(network, prefix);
  }

  private static int prefix(String text) {
    boolean digits = text.matches("0|[1-9][0-9]{0,2}");
    return digits ? Integer.parseInt(text) : -1;
  }

  /// Whether the address is one of these. An IPv4 address never is in a range of IPv6.
  public boolean contains(InetAddress address) {
    byte[] one = network.getAddress();
    byte[] other = address.getAddress();
    if (one.length != other.length) {
      return false;
    }
    int whole = prefixLength / 8;
    for (int i = 0; i < whole; i++) {
      if (one[i] != other[i]) {
        return false;
      }
    }
    int rest = prefixLength % 8;
    return rest == 0 || ((one[whole] ^ other[whole]) & 0xff) >> (8 - rest) == 0;
  }

  /// The one text for it.
  @Override
  public String toString() {
    String address = IpText.of(network);
    boolean single = prefixLength == 8 * network.getAddress().length;
    return single ? address : address + "/" + prefixLength;
  }
}
