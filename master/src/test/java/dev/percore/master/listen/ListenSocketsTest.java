package dev.percore.master.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.config.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class ListenSocketsTest {
  private static final ServerConfig.Listen ANY_PORT = new ServerConfig.Listen("127.0.0.1", 0, 16);

  @Test
  void sharesOnePortThatTheKernelChose() throws IOException {
    try (var sockets = ListenSockets.open(ANY_PORT, 3)) {
      assertThat(sockets.address().getPort()).isPositive();
      assertThat(sockets.ofSlot(0).getFirst().socket().intValue())
          .isNotEqualTo(sockets.ofSlot(2).getFirst().socket().intValue());
      try (var client = new Socket(sockets.address().getAddress(), sockets.address().getPort())) {
        assertThat(client.isConnected()).as("waits in a queue without a worker").isTrue();
      }
    }
  }

  @Test
  void refusesToJoinAnotherServersPort() throws IOException {
    try (var first = ListenSockets.open(ANY_PORT, 1)) {
      int port = first.address().getPort();
      assertThatThrownBy(
              () -> ListenSockets.open(new ServerConfig.Listen("127.0.0.1", port, 16), 1))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + port)
          .hasMessageContaining("Address already in use");
    }
  }

  @Test
  void saysWhenAPortIsTakenByAnOrdinarySocket() throws IOException {
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  ListenSockets.open(
                      new ServerConfig.Listen("127.0.0.1", other.getLocalPort(), 16), 1))
          .hasMessageContaining("Address already in use");
    }
  }

  @Test
  void listensOnIpv6Too() throws IOException {
    try (var sockets = ListenSockets.open(new ServerConfig.Listen("::1", 0, 16), 2)) {
      assertThat(ListenSockets.text(sockets.address())).startsWith("[0:0:0:0:0:0:0:1]:");
    }
  }

  @Test
  void freesThePortWhenClosed() throws IOException {
    var sockets = ListenSockets.open(ANY_PORT, 2);
    int port = sockets.address().getPort();
    sockets.close();
    try (var again = ListenSockets.open(new ServerConfig.Listen("127.0.0.1", port, 16), 2)) {
      assertThat(again.address().getPort()).isEqualTo(port);
    }
  }
}
