package dev.percore.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
      assertThat(read(answer, size)).isEqualTo("200 abcde");
    }
  }

  @Test
  void readsLinesAcrossChunks() throws Exception {
    String lines = CHUNKED.replace("abc", "a\nb").replace("2\r\nde", "3\r\n\nc\n");
    HttpBody body = new AnswerReader(new HttpInput(channel(lines, 4))).next(() -> {}).body();
    assertThat(body.line()).asString().isEqualTo("a");
    assertThat(body.line()).asString().isEqualTo("b");
    assertThat(body.line()).asString().isEqualTo("c");
    assertThat(body.line()).isNull();
  }

  @Test
  void aLastLineWithoutItsEndIsNone() throws Exception {
    String cut = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na\nb";
    HttpBody body = new AnswerReader(new HttpInput(channel(cut, 64))).next(() -> {}).body();
    assertThat(body.line()).asString().isEqualTo("a");
    assertThatThrownBy(body::line).isInstanceOf(ProtocolException.class);
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
        "HTTP/1.1 200 OK\r\nA : b\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n"
      })
  void refusesWhatIsNotClear(String answer) {
    assertThatThrownBy(() -> read(answer, 64)).isInstanceOf(ProtocolException.class);
  }

  @Test
  void anAnswerThatEndsEarlyIsNone() {
    for (int length = 0; length < CHUNKED.length(); length++) {
      String part = CHUNKED.substring(0, length);
      assertThatThrownBy(() -> read(part, 64)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void aConnectionIsKeptUnlessTheServerSaysClose() throws Exception {
    String close = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    try (var server =
            new HttpServer(
                (request, out) ->
                    HttpServer.send(out, request.number() < 2 ? HttpServer.json("{}") : close));
        HttpConnection connection = HttpConnection.open(server.endpoint())) {
      for (int i = 0; i < 3; i++) {
        HttpAnswer answer = connection.exchange(HttpRequest.get("/"));
        assertThat(answer.isOk()).isTrue();
        assertThat(answer.body().all()).hasSize(i < 2 ? 2 : 0);
        assertThat(connection.isReusable()).isEqualTo(i < 2);
      }
      assertThat(server.accepted).hasValue(1);
    }
  }

  @Test
  void anAnswerThatIsNotReadSpoilsAConnection() throws Exception {
    try (var server = new HttpServer((_, out) -> HttpServer.send(out, HttpServer.json("{}")));
        HttpConnection connection = HttpConnection.open(server.endpoint())) {
      assertThat(connection.exchange(HttpRequest.get("/")).status()).isEqualTo(200);
      assertThat(connection.isReusable()).isFalse();
    }
  }

  @Test
  void whatTheServerHasClosedIsStale() throws Exception {
    var close = new CountDownLatch(1);
    try (var server =
            new HttpServer(
                (request, out) -> {
                  HttpServer.send(out, HttpServer.json("{}"));
                  return await(close) && request.number() < 0;
                });
        HttpConnection connection = HttpConnection.open(server.endpoint())) {
      assertThat(connection.exchange(HttpRequest.get("/")).body().all()).hasSize(2);
      assertThat(connection.isReusable()).isTrue();
      assertThat(connection.isStale()).isFalse();
      close.countDown();
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (!connection.isStale()) {
        assertThat(System.nanoTime() - deadline).as("still fresh").isNegative();
        Thread.onSpinWait();
      }
    }
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String read(String answer, int size) throws IOException {
    HttpAnswer read = new AnswerReader(new HttpInput(channel(answer, size))).next(() -> {});
    return read.status() + " " + new String(read.body().all(), StandardCharsets.US_ASCII);
  }

  private static ReadableByteChannel channel(String text, int size) {
    byte[] all = text.getBytes(StandardCharsets.US_ASCII);
    var whole = Channels.newChannel(new ByteArrayInputStream(all));
    return new ReadableByteChannel() {
      @Override
      public int read(ByteBuffer into) throws IOException {
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
