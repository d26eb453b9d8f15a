package dev.percore.protocol.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/// Where a server is reached.
sealed interface Endpoint {
  /// How long a connection may take.
  int CONNECT_MILLIS = 10_000;

  /// A Unix socket.
  record Unix(Path path) implements Endpoint {
    private static final long QUEUE_NANOS = 5_000_000;

    @Override
    public SocketChannel connect() throws IOException {
      var address = UnixDomainSocketAddress.of(path);
      long deadline = System.nanoTime() + CONNECT_MILLIS * 1_000_000L;
      while (true) {
        try {
          return SocketChannel.open(address);
        } catch (ConnectException nobodyListens) {
          throw nobodyListens;
        } catch (SocketException full) {
          // A virtual thread does not wait for room in the queue of the socket, as others do.
          if (System.nanoTime() - deadline > 0) {
            throw full;
          }
          LockSupport.parkNanos(QUEUE_NANOS);
        }
      }
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
