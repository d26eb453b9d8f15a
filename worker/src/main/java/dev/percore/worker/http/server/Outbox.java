package dev.percore.worker.http.server;

import dev.percore.worker.api.Body;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.encode.ResponseEncoder;
import dev.percore.worker.http.observe.HttpMetrics;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.epoll.EpollSocketChannelConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The outgoing side of one connection. Small answers are gathered and leave together with
/// [#flush]; a large body is handed over piece by piece as the client takes it, and so is one that
/// is still being made; a file is sent by the kernel. For the event loop.
final class Outbox {
  private static final Logger log = LoggerFactory.getLogger(Outbox.class);
  private static final int BUFFER_BYTES = 2 * 1024;
  private static final int GATHERED_MAX = 64 * 1024;
  private static final int COPIED_BODY_MAX = 16 * 1024;
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  static final int PIECE_BYTES = 64 * 1024;

  private final Channel channel;
  private final ResponseEncoder encoder;
  private final HttpMetrics metrics;
  private final Consumer<Boolean> onBodySent;
  private @Nullable ByteBuf gathered;
  private @Nullable ByteBuf rest;
  private @Nullable StreamedBody stream;
  private boolean chunked;
  private long streamed;
  private boolean unflushed;
  private long stallMark;
  private long stallSinceNanos;
  private boolean pending;

  /// @param onBodySent told when a large body or a file is sent (true) or cannot be (false)
  Outbox(
      Channel channel, ResponseEncoder encoder, HttpMetrics metrics, Consumer<Boolean> onBodySent) {
    this.channel = channel;
    this.encoder = encoder;
    this.metrics = metrics;
    this.onBodySent = onBodySent;
  }

  /// Closes what a body holds open, when it is not going to be sent.
  static void discard(Body body) {
    switch (body) {
      case Body.Bytes _ -> {}
      case Body.File file -> {
        try {
          file.channel().close();
        } catch (IOException e) {
          log.warn("a file was not closed cleanly", e);
        }
      }
    }
  }

  /// Whether the client takes what it is sent, so that there is room for another answer.
  boolean isRoomy() {
    return rest == null && stream == null && channel.isWritable();
  }

  /// Whether nothing waits to leave.
  boolean isEmpty() {
    ChannelOutboundBuffer outgoing = channel.unsafe().outboundBuffer();
    return gathered == null
        && rest == null
        && stream == null
        && (outgoing == null || outgoing.isEmpty());
  }

  /// Takes an answer.
  ///
  /// @return whether that was all; if not, `onBodySent` is told later, or even before the return
  boolean send(Response response, ResponseEncoder.Persistence persistence, boolean headOnly) {
    ByteBuf out = gathered();
    encoder.encodeHead(response, persistence, out);
    Body body = response.body();
    if (headOnly || !ResponseEncoder.hasContent(response.status()) || body.length() == 0) {
      discard(body);
      return true;
    }
    return switch (body) {
      case Body.Bytes(byte[] bytes) -> sendBytes(bytes, out);
      case Body.File file -> sendFile(file);
    };
  }

  /// Takes an answer whose body is still being made; `onBodySent` is told when it has left.
  ///
  /// @param chunked whether it is sent in chunks; otherwise it ends with the connection
  void send(
      Response head, ResponseEncoder.Persistence persistence, StreamedBody body, boolean chunked) {
    encoder.encodeStreamHead(head, persistence, chunked, gathered());
    flush();
    stream = body;
    streamed = 0;
    this.chunked = chunked;
  }

  /// Sends no more of the body that is being made.
  void dropStream() {
    StreamedBody body = stream;
    if (body != null) {
      stream = null;
      body.close();
    }
  }

  /// Tells the client that its body is awaited.
  void sendContinue() {
    gathered().writeBytes(CONTINUE);
  }

  /// Hands everything over to the channel.
  void flush() {
    ByteBuf out = gathered;
    if (out != null) {
      gathered = null;
      unflushed = true;
      metrics.sent(out.readableBytes());
      var _ = channel.write(out, channel.voidPromise());
    }
    if (unflushed) {
      unflushed = false;
      channel.flush();
    }
  }

  /// Flushes; the future tells when all of it has left.
  ChannelFuture finish() {
    flush();
    return channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
  }

  /// Goes on with a large body, or with one that is being made; to be called when the channel
  /// becomes writable, or more of the body is there.
  void proceed() {
    if (stream != null) {
      proceed(stream);
    }
    ByteBuf body = rest;
    if (body == null) {
      return;
    }
    boolean any = false;
    while (channel.isWritable() && body.isReadable()) {
      int length = Math.min(PIECE_BYTES, body.readableBytes());
      metrics.sent(length);
      ChannelFuture written = channel.write(body.readRetainedSlice(length));
      if (!body.isReadable()) {
        rest = null;
        body.release();
        written.addListener((ChannelFutureListener) this::bodySent);
        channel.flush();
        return;
      }
      any = true;
    }
    if (any) {
      channel.flush();
    }
  }

  private void proceed(StreamedBody body) {
    boolean any = false;
    while (stream != null && channel.isWritable()) {
      ByteBuf piece = body.take(channel.alloc(), chunked);
      if (piece == null) {
        break;
      }
      any = true;
      int length = piece.readableBytes();
      metrics.sent(length);
      ChannelFuture written = channel.write(piece);
      if (body.isDone()) {
        stream = null;
        written.addListener((ChannelFutureListener) this::bodySent);
      } else {
        written.addListener(_ -> streamed += length);
      }
    }
    if (any) {
      channel.flush();
    }
    if (stream != null && channel.isWritable()) {
      body.roomMade();
    }
  }

  /// Whether the client has taken nothing for so long, though there is something to take.
  boolean isStalled(long nowNanos, long limitNanos) {
    ChannelOutboundBuffer outgoing = channel.unsafe().outboundBuffer();
    if (outgoing == null || outgoing.isEmpty()) {
      pending = false;
      return false;
    }
    // Shrinks with each byte that leaves, be it of a buffer or of a file; but while a body is being
    // made, what is pending grows, and only what has left counts.
    long pendingBytes = stream == null ? outgoing.totalPendingWriteBytes() : -streamed;
    long mark = pendingBytes - outgoing.currentProgress();
    if (!pending || mark != stallMark) {
      pending = true;
      stallMark = mark;
      stallSinceNanos = nowNanos;
    }
    return nowNanos - stallSinceNanos >= limitNanos;
  }

  /// Frees what was not sent, when the channel is closed.
  void dispose() {
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
    if (rest != null) {
      rest.release();
      rest = null;
    }
    dropStream();
  }

  private ByteBuf gathered() {
    ByteBuf out = gathered;
    if (out == null) {
      out = channel.alloc().directBuffer(BUFFER_BYTES);
      gathered = out;
    }
    return out;
  }

  private boolean sendBytes(byte[] bytes, ByteBuf out) {
    if (bytes.length <= COPIED_BODY_MAX) {
      out.writeBytes(bytes);
      if (out.readableBytes() > GATHERED_MAX) {
        flush();
      }
      return true;
    }
    rest = Unpooled.wrappedBuffer(bytes);
    flush();
    proceed();
    return false;
  }

  private boolean sendFile(Body.File file) {
    cork(true);
    flush();
    // The region closes the file's channel when it is released, sent or not.
    channel
        .writeAndFlush(new DefaultFileRegion(file.channel(), file.position(), file.length()))
        .addListener(
            future -> {
              if (future.isSuccess()) {
                metrics.sent(file.length());
                cork(false);
              }
              bodySent((ChannelFuture) future);
            });
    return false;
  }

  // The head leaves with the beginning of the file: it is not worth a packet, and a wake-up of the
  // client, by itself.
  private void cork(boolean on) {
    if (channel.isOpen() && channel.config() instanceof EpollSocketChannelConfig tcp) {
      try {
        tcp.setTcpCork(on);
      } catch (ChannelException refused) {
        log.debug("a head leaves by itself, or an end late", refused);
      }
    }
  }

  private void bodySent(ChannelFuture future) {
    if (!future.isSuccess()) {
      log.debug("a body was not sent to its end", future.cause());
    }
    onBodySent.accept(future.isSuccess());
  }
}
