package dev.percore.config.net;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The peers whose word about the client's address is believed.
///
/// @param ranges their addresses
/// @param unix whether those that come through a Unix socket are among them
public record TrustedProxies(List<IpRange> ranges, boolean unix) {

  /// Nobody is believed.
  public static final TrustedProxies NONE = new TrustedProxies(List.of(), false);

  /// The item that stands for all peers on Unix sockets, and the address that such a peer has.
  public static final String UNIX = "unix:";

  /// What an item may be, in words.
  public static final String ALLOWED =
      "an address or a network such as 10.0.0.0/8, without bits beyond its length, or unix: for"
          + " whoever comes through a Unix socket";

  /// Copies what could change later.
  public TrustedProxies {
    ranges = List.copyOf(ranges);
  }

  /// The one text for an item, or null if it is not allowed.
  public static @Nullable String canonical(String item) {
    if (item.equals(UNIX)) {
      return item;
    }
    IpRange range = IpRange.parse(item);
    return range == null ? null : range.toString();
  }

  /// Reads a list whose items are allowed.
  ///
  /// @throws IllegalArgumentException if one is not
  public static TrustedProxies of(List<String> items) {
    List<IpRange> ranges = new ArrayList<>();
    for (String item : items) {
      IpRange range = IpRange.parse(item);
      if (range != null) {
        ranges.add(range);
      } else if (!item.equals(UNIX)) {
        throw new IllegalArgumentException(item + " is no trusted proxy, allowed: " + ALLOWED);
      }
    }
    return new TrustedProxies(ranges, items.contains(UNIX));
  }

  /// Whether nobody is believed.
  public boolean isEmpty() {
    return ranges.isEmpty() && !unix;
  }

  /// Whether the peer of this address is believed.
  public boolean trusts(InetAddress address) {
    for (IpRange range : ranges) {
      if (range.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
