package dev.percore.protocol.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// Where a server is reached.
sealed interface Endpoint {

  /// A Unix socket.
  record Unix(Path path) implements Endpoint {
    @Override
    public SocketChannel connect() throws IOException {
      return SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    @Override
    public String authority() {
      return "localhost";
    }
  }

  /// A TCP port.
  ///
  /// @param host a name, or an address in digits, IPv6 without brackets
  record Tcp(String host, int port) implements Endpoint {
    private static final int CONNECT_MILLIS = 10_000;

    @Override
    public SocketChannel connect() throws IOException {
      var address = new InetSocketAddress(host, port);
      if (address.isUnresolved()) {
        throw new UnknownHostException("the host " + host + " is not known");
      }
      SocketChannel channel = SocketChannel.open();
      try {
        channel.socket().connect(address, CONNECT_MILLIS);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        return channel;
      } catch (IOException failure) {
        channel.close();
        throw failure;
      }
    }

    @Override
    public String authority() {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /// Opens a connection, in blocking mode.
  SocketChannel connect() throws IOException;

  /// What the Host field says.
  String authority();

  /// Reads `unix:/path/to/socket` or `http://host:port`.
  ///
  /// @throws IllegalArgumentException if it is neither
  static Endpoint parse(String text) {
    if (text.startsWith("unix:/")) {
      return new Unix(Path.of(text.substring("unix:".length())));
    }
    if (text.startsWith("http:")) {
      URI uri = URI.create(text);
      String host = uri.getHost();
      boolean root = uri.getRawPath() == null || uri.getRawPath().matches("/?");
      if (host != null && root && uri.getRawQuery() == null && uri.getRawUserInfo() == null) {
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        return new Tcp(host.replaceAll("[\\[\\]]", ""), port);
      }
    }
    throw new IllegalArgumentException(
        "found '" + text + "', allowed: unix:/path/to/socket or http://host:port");
  }
}
