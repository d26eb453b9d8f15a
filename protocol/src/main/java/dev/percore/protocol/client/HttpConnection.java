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
  private boolean answered = true;
  private boolean kept = true;

  private HttpConnection(SocketChannel channel, String authority) {
    this.channel = channel;
    this.authority = authority;
    this.input = new HttpInput(channel);
    this.answers = new AnswerReader(input);
  }

  static HttpConnection open(Endpoint endpoint) throws IOException {
    return new HttpConnection(endpoint.connect(), endpoint.authority());
  }

  /// Sends a request and waits for its answer, up to the body, which is then to be read. After a
  /// failure the connection is of no more use.
  HttpAnswer exchange(HttpRequest request) throws IOException {
    answered = false;
    ByteBuffer[] parts = {
      ByteBuffer.wrap(request.head(authority).getBytes(StandardCharsets.ISO_8859_1)),
      ByteBuffer.wrap(request.body())
    };
    while (parts[0].hasRemaining() || parts[1].hasRemaining()) {
      channel.write(parts);
    }
    HttpAnswer answer = answers.next(() -> answered = true);
    kept = answer.keepsConnection();
    return answer;
  }

  /// Whether another request can follow, as far as this end knows: the last answer has been read,
  /// and nothing came behind it.
  boolean isReusable() {
    return answered && kept && input.isEmpty() && channel.isOpen();
  }

  /// Whether the server has closed it meanwhile, or said what nobody asked for.
  boolean isStale() {
    try {
      channel.configureBlocking(false);
      int count = channel.read(ByteBuffer.allocate(1));
      channel.configureBlocking(true);
      return count != 0;
    } catch (IOException broken) {
      return true;
    }
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
