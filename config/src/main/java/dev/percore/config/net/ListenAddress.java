package dev.percore.config.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An address that the service listens on.
public sealed interface ListenAddress {

  /// What an address may be, in words.
  String ALLOWED =
      "address:port in digits, such as 127.0.0.1:8081, 0.0.0.0:8081 or [::1]:8081, or"
          + " unix:/path/to/socket (a path of up to 107 bytes), and behind a space proxy_protocol"
          + " where connections begin with a PROXY header";

  /// A port of this machine.
  ///
  /// @param host the address; that of all zeros stands for all of its family
  /// @param port 0 to 65535; with 0 the kernel chooses
  /// @param proxyProtocol whether connections begin with a PROXY header
  record Tcp(InetAddress host, int port, boolean proxyProtocol) implements ListenAddress {

    @Override
    public String name() {
      return IpText.of(host, port);
    }

    private boolean overlaps(Tcp other) {
      if (port != other.port || port == 0) {
        return name().equals(other.name());
      }
      // `::` leaves IPv4 to 0.0.0.0 where that is configured too, but to no lesser address.
      boolean bothAll = host.isAnyLocalAddress() && other.host.isAnyLocalAddress();
      return bothAll ? isV4() == other.isV4() : takesIn(other) || other.takesIn(this);
    }

    private boolean takesIn(Tcp other) {
      return host.equals(other.host) || (host.isAnyLocalAddress() && (!isV4() || other.isV4()));
    }

    private boolean isV4() {
      return host instanceof Inet4Address;
    }
  }

  /// A Unix socket.
  ///
  /// @param path absolute
  /// @param proxyProtocol whether connections begin with a PROXY header
  record Unix(Path path, boolean proxyProtocol) implements ListenAddress {

    /// What the name begins with.
    static final String PREFIX = "unix:";

    /// Longest path of a Unix socket on Linux, in bytes, without the closing NUL (unix(7)).
    static final int PATH_BYTES_MAX = 107;

    @Override
    public String name() {
      return PREFIX + path;
    }
  }

  /// Its text without options, by which the processes call it.
  String name();

  /// Whether connections begin with a PROXY header.
  boolean proxyProtocol();

  /// Its text, as it may stand in the configuration.
  default String text() {
    return proxyProtocol() ? name() + Parts.OPTION : name();
  }

  /// Whether one connection could be meant for both.
  default boolean overlaps(ListenAddress other) {
    if (this instanceof Tcp one && other instanceof Tcp two) {
      return one.overlaps(two);
    }
    return name().equals(other.name());
  }

  /// The address that a text stands for, or null if it is none.
  ///
  /// @param home folder that relative paths start from
  static @Nullable ListenAddress parse(String text, Path home) {
    boolean proxied = text.endsWith(Parts.OPTION);
    String name = proxied ? text.substring(0, text.length() - Parts.OPTION.length()) : text;
    return name.startsWith(Unix.PREFIX)
        ? Parts.unix(name.substring(Unix.PREFIX.length()), home, proxied)
        : Parts.tcp(name, proxied);
  }

  /// How the text is taken apart.
  final class Parts {
    private static final String OPTION = " proxy_protocol";
    private static final int PORT_MAX = 65_535;
    private static final Pattern TCP =
        Pattern.compile("(?:\\[([^\\[\\]]+:[^\\[\\]]+|::)]|([0-9.]+)):(0|[1-9][0-9]{0,4})");

    private Parts() {}

    private static @Nullable ListenAddress tcp(String name, boolean proxied) {
      Matcher matcher = TCP.matcher(name);
      if (!matcher.matches()) {
        return null;
      }
      String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
      InetAddress address = IpText.parse(host);
      int port = Integer.parseInt(matcher.group(3));
      return address == null || port > PORT_MAX ? null : new Tcp(address, port, proxied);
    }

    private static @Nullable ListenAddress unix(String text, Path home, boolean proxied) {
      if (text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
        return null;
      }
      try {
        Path path = home.resolve(text).toAbsolutePath().normalize();
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        boolean named = path.getFileName() != null && length <= Unix.PATH_BYTES_MAX;
        return named ? new Unix(path, proxied) : null;
      } catch (InvalidPathException _) {
        return null;
      }
    }
  }
}
