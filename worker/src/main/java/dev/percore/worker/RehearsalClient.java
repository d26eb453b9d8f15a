package dev.percore.worker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/// Asks one request after the other on one connection, and reads no more of the answers than
/// where they end.
final class RehearsalClient extends SimpleChannelInboundHandler<ByteBuf> {
  /// As this server writes it. A regular expression would be compiled early in each worker, since
  /// the AOT cache remembers what a rehearsal compiles.
  private static final String LENGTH = "\r\nContent-Length: ";

  private final Channel channel;
  private final StringBuilder answer = new StringBuilder();
  private volatile CompletableFuture<Void> answered = new CompletableFuture<>();

  RehearsalClient(Channel channel) {
    this.channel = channel;
  }

  /// Sends a GET; the one before must have been answered.
  CompletableFuture<Void> get(String target) {
    CompletableFuture<Void> next = new CompletableFuture<>();
    answered = next;
    String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    channel
        .writeAndFlush(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII))
        .addListener(
            written -> {
              if (!written.isSuccess()) {
                next.completeExceptionally(written.cause());
              }
            });
    return next;
  }

  void close() {
    channel.close().awaitUninterruptibly();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
    answer.append(bytes.toString(StandardCharsets.ISO_8859_1));
    int head = answer.indexOf("\r\n\r\n");
    if (head >= 0 && answer.length() >= head + 4 + bodyLength()) {
      answer.setLength(0);
      answered.complete(null);
    }
  }

  private int bodyLength() {
    int begin = answer.indexOf(LENGTH) + LENGTH.length();
    return Integer.parseInt(answer, begin, answer.indexOf("\r\n", begin), 10);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    answered.completeExceptionally(new IOException("the connection was closed"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    answered.completeExceptionally(cause);
    context.close();
  }
}
