package dev.percore.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.config.ServerConfig.ForwardedField;
import dev.percore.config.net.ListenAddress;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ListenersTest {
  @TempDir private Path folder = Path.of("/");

  @Test
  void acceptsFromSocketsOfAllKinds() throws IOException {
    Path path = folder.resolve("web.sock");
    try (TestServer server = TestServer.started()) {
      Listeners listeners = new Listeners(server.front);
      SocketAddress v4 = listen(server, listeners, 0, "127.0.0.1");
      SocketAddress v6 = listen(server, listeners, 1, "::1");
      listen(server, listeners, 1, path);

      assertThat(who(v4)).isEqualTo("127.0.0.1");
      assertThat(who(v6)).isEqualTo("::1");
      assertThat(who(UnixDomainSocketAddress.of(path))).isEqualTo("unix:");
      close(server, listeners);
    }
  }

  @Test
  void closesTheSocketsOfOneSlotAlone() throws IOException {
    Path path = folder.resolve("web.sock");
    try (TestServer server = TestServer.started()) {
      Listeners listeners = new Listeners(server.front);
      SocketAddress own = listen(server, listeners, 0, "127.0.0.1");
      SocketAddress other = listen(server, listeners, 1, "127.0.0.1");
      listen(server, listeners, 1, path);
      server.onLoop(
          () -> {
            listeners.remove(1);
            listeners.remove(7);
            return 0;
          });

      assertThat(who(own)).isEqualTo("127.0.0.1");
      assertThatThrownBy(() -> who(other)).isInstanceOf(IOException.class);
      assertThat(path).as("the file is the master's").exists();
      close(server, listeners);
      assertThatThrownBy(() -> who(own)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void believesAProxyOnAUnixSocketIfItIsTrusted() throws IOException {
    Path path = folder.resolve("web.sock");
    try (TestServer server =
        TestServer.with().trust(ForwardedField.X_FORWARDED_FOR, "unix:").start()) {
      Listeners listeners = new Listeners(server.front);
      listen(server, listeners, 0, path);

      assertThat(ask(UnixDomainSocketAddress.of(path), "X-Forwarded-For: 192.0.2.1\r\n"))
          .isEqualTo("192.0.2.1");
      close(server, listeners);
    }
  }

  private static void close(TestServer server, Listeners listeners) {
    server.onLoop(
        () -> {
          listeners.close();
          return 0;
        });
  }

  private static SocketAddress listen(TestServer server, Listeners listeners, int slot, String host)
      throws IOException {
    Epoll.ensureAvailability();
    Socket socket = Socket.newSocketStream();
    InetAddress address = InetAddress.ofLiteral(host);
    socket.bind(new InetSocketAddress(address, 0));
    socket.listen(16);
    int port = Objects.requireNonNull(socket.localAddress()).getPort();
    add(server, listeners, slot, new ListenAddress.Tcp(address, port, false), socket);
    return new InetSocketAddress(address, port);
  }

  private static void listen(TestServer server, Listeners listeners, int slot, Path path)
      throws IOException {
    Socket socket = Socket.newSocketDomain();
    socket.bind(new DomainSocketAddress(path.toFile()));
    socket.listen(16);
    add(server, listeners, slot, new ListenAddress.Unix(path, false), socket);
  }

  private static void add(
      TestServer server,
      Listeners listeners,
      int slot,
      ListenAddress address,
      FileDescriptor socket) {
    server.onLoop(
        () -> {
          listeners.add(slot, address, socket);
          return 0;
        });
  }

  private static String who(SocketAddress address) throws IOException {
    return ask(address, "");
  }

  private static String ask(SocketAddress address, String field) throws IOException {
    try (SocketChannel channel = SocketChannel.open(address)) {
      String request = "GET /who HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + field + "\r\n";
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer answer = ByteBuffer.allocate(4096);
      while (channel.read(answer) >= 0) {}
      String text = StandardCharsets.US_ASCII.decode(answer.flip()).toString();
      return text.substring(text.indexOf("\r\n\r\n") + 4);
    }
  }
}
