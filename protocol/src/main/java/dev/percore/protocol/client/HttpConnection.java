package dev.percore.protocol.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// A connection that is kept from one request to the next. Requests are for one thread at a time;
/// [#close] is for any, and ends a request under way.
final class HttpConnection implements Closeable {
  private final SocketChannel channel;
  private final String authority;
  private final HttpInput input;
  private final AnswerReader answers;
  private boolean reusable = true;

  private HttpConnection(SocketChannel channel, String authority) {
    this.channel = channel;
    this.authority = authority;
    this.input = new HttpInput(channel);
    this.answers = new AnswerReader(input);
  }

  static HttpConnection open(Endpoint endpoint) throws IOException {
    return new HttpConnection(endpoint.connect(), endpoint.authority());
  }

  /// Sends a request and waits for its answer. After a failure the connection is of no more use.
  ///
  /// @param json the body; empty for none
  HttpAnswer exchange(String method, String target, byte[] json) throws IOException {
    reusable = false;
    String head =
        "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n%s\r\n"
            .formatted(
                method,
                target,
                authority,
                json.length,
                json.length == 0 ? "" : "Content-Type: application/json\r\n");
    ByteBuffer[] request = {
      ByteBuffer.wrap(head.getBytes(StandardCharsets.ISO_8859_1)), ByteBuffer.wrap(json)
    };
    while (request[0].hasRemaining() || request[1].hasRemaining()) {
      channel.write(request);
    }
    HttpAnswer answer = answers.next();
    reusable = input.isEmpty() && !answer.field("connection").equalsIgnoreCase("close");
    return answer;
  }

  /// Whether another request can follow.
  boolean isReusable() {
    return reusable && channel.isOpen();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
