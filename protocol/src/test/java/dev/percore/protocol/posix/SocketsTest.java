package dev.percore.protocol.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketsTest {
  @TempDir private Path folder;

  @BeforeAll
  static void loadTheNativeLibrary() {
    Epoll.ensureAvailability();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void takesOverAListeningSocketAndKnowsItsAddress(String host) throws IOException {
    Socket socket = Socket.newSocketStream();
    try {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(host), 0));
      socket.listen(1);
      InheritedSocket inherited = InheritedSocket.adopt(socket.intValue());
      assertThat(inherited.fd()).isEqualTo(socket.intValue());
      assertThat(inherited.address()).isEqualTo(socket.localAddress());
    } finally {
      socket.close();
    }
  }

  @Test
  void takesOverAListeningUnixSocket() throws IOException {
    Path path = folder.resolve("s.sock");
    Socket socket = Socket.newSocketDomain();
    try {
      socket.bind(new DomainSocketAddress(path.toFile()));
      socket.listen(1);
      assertThat(InheritedSocket.adopt(socket.intValue()).address())
          .isEqualTo(UnixDomainSocketAddress.of(path));
    } finally {
      socket.close();
    }
  }

  @Test
  void refusesWhatIsNoListeningSocket() throws IOException {
    Socket socket = Socket.newSocketStream();
    try {
      assertThatThrownBy(() -> InheritedSocket.adopt(socket.intValue()))
          .hasMessageContaining("descriptor " + socket.intValue() + " is no stream socket");
    } finally {
      socket.close();
    }
    assertThatThrownBy(() -> InheritedSocket.adopt(0)).hasMessageContaining("descriptor 0");
    assertThatThrownBy(() -> InheritedSocket.adopt(987_654))
        .hasMessageContaining("bad file descriptor");
  }

  @Test
  void sendsDatagramsToPathsAndAbstractNames() throws IOException {
    String name = "percore-test-" + ProcessHandle.current().pid();
    assertArrives("\0" + name, "@" + name);
    String path = folder.resolve("n.sock").toString();
    assertArrives(path, path);
  }

  private static void assertArrives(String boundTo, String address) throws IOException {
    Socket receiver = Socket.newSocketDomainDgram();
    try {
      receiver.bind(new DomainSocketAddress(boundTo));
      UnixDatagram.send(address, "READY=1\nSTATUS=é");
      ByteBuffer buffer = ByteBuffer.allocateDirect(100);
      int length = receiver.recv(buffer, 0, buffer.capacity());
      assertThat(StandardCharsets.UTF_8.decode(buffer.limit(length)).toString())
          .isEqualTo("READY=1\nSTATUS=é");
    } finally {
      receiver.close();
    }
  }

  @Test
  void saysWhyADatagramCannotBeSent() {
    assertThatThrownBy(() -> UnixDatagram.send(folder.resolve("none").toString(), "x"))
        .isInstanceOf(PosixException.class)
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> UnixDatagram.send("/" + "x".repeat(107), "x"))
        .hasMessageContaining("1 to 107 bytes");
  }

  @Test
  void readsTheKernelsClock() throws IOException {
    String uptime = Files.readString(Path.of("/proc/uptime"));
    double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
    assertThat(MonotonicClock.micros() / 1e6).isBetween(seconds - 60 * 60, seconds + 60);
  }
}
