package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/// The master's control socket, spoken to without the code of the command line.
record ControlSocket(Path path) {

  JsonNode get(String target) throws IOException {
    String request = "GET " + target + " HTTP/1.0\r\nHost: localhost\r\n\r\n";
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(path));
      ByteBuffer out = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
      while (out.hasRemaining()) {
        channel.write(out);
      }
      RawAnswer answer = RawAnswer.read(Channels.newInputStream(channel), false);
      assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
      return answer.json();
    }
  }
}
