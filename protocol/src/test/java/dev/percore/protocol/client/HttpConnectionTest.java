package dev.percore.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpConnectionTest {
  private static final String CHUNKED =
      """
      HTTP/1.1 200 OK\r
      Transfer-Encoding: chunked\r
      \r
      3;x=y\r
      abc\r
      2\r
      de\r
      0\r
      A: b\r
      \r
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        CHUNKED,
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 \r\ncontent-length:5 \r\n\r\nabcde"
      })
  void readsWhateverTheReadsAreSplitInto(String answer) throws Exception {
    for (int size = 1; size <= answer.length(); size++) {
      HttpAnswer read = new AnswerReader(new HttpInput(channel(answer, size))).next();
      assertThat(read.status()).isEqualTo(200);
      assertThat(new String(read.body(), StandardCharsets.US_ASCII)).isEqualTo("abcde");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA : b\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n"
      })
  void refusesWhatIsNotClear(String answer) {
    assertThatThrownBy(() -> new AnswerReader(new HttpInput(channel(answer, 64))).next())
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void anAnswerThatEndsEarlyIsNone() {
    for (int length = 0; length < CHUNKED.length(); length++) {
      String part = CHUNKED.substring(0, length);
      assertThatThrownBy(() -> new AnswerReader(new HttpInput(channel(part, 64))).next())
          .isInstanceOf(EOFException.class);
    }
  }

  @Test
  void aConnectionIsKeptUnlessTheServerSaysClose() throws Exception {
    String close = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    try (var server =
            new HttpServer(
                (n, out) -> HttpServer.send(out, n < 2 ? HttpServer.json("{}") : close));
        HttpConnection connection = HttpConnection.open(server.endpoint())) {
      for (int i = 0; i < 3; i++) {
        assertThat(connection.exchange("GET", "/", new byte[0]).isOk()).isTrue();
        assertThat(connection.isReusable()).isEqualTo(i < 2);
      }
      assertThat(server.accepted).hasValue(1);
    }
  }

  @Test
  void bytesThatNobodyAskedForSpoilAConnection() throws Exception {
    try (var server =
            new HttpServer((_, out) -> HttpServer.send(out, HttpServer.json("{}") + "x"));
        HttpConnection connection = HttpConnection.open(server.endpoint())) {
      assertThat(connection.exchange("GET", "/", new byte[0]).status()).isEqualTo(200);
      assertThat(connection.isReusable()).isFalse();
    }
  }

  private static ReadableByteChannel channel(String text, int size) {
    byte[] all = text.getBytes(StandardCharsets.US_ASCII);
    var whole = Channels.newChannel(new java.io.ByteArrayInputStream(all));
    return new ReadableByteChannel() {
      @Override
      public int read(ByteBuffer into) throws java.io.IOException {
        ByteBuffer part = into.slice(into.position(), Math.min(size, into.remaining()));
        int count = whole.read(part);
        into.position(into.position() + Math.max(0, count));
        return count;
      }

      @Override
      public boolean isOpen() {
        return true;
      }

      @Override
      public void close() {}
    };
  }
}
