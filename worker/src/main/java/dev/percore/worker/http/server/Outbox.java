package dev.percore.worker.http.server;

import dev.percore.worker.api.Body;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.encode.ResponseEncoder;
import dev.percore.worker.http.observe.HttpMetrics;
import dev.percore.worker.http.socket.ClientSocket;
import dev.percore.worker.http.socket.Sent;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The outgoing side of one connection. Small answers are gathered and leave together with
/// [#flush]; a large body is handed over piece by piece as the client takes it, and so is one that
/// is still being made; a file is sent by the kernel. For the event loop.
final class Outbox {
  private static final Logger log = LoggerFactory.getLogger(Outbox.class);
  private static final int GATHERED_MAX = 64 * 1024;
  private static final int COPIED_BODY_MAX = 16 * 1024;
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  static final int PIECE_BYTES = 64 * 1024;

  /// Pieces sent in a row to a client that takes them, before other connections have their turn.
  private static final int PIECES_PER_TURN = 16;

  private final ClientSocket socket;
  private final ResponseEncoder encoder;
  private final HttpMetrics metrics;
  private final Sent onBodySent;
  private @Nullable ByteBuf gathered;
  private byte @Nullable [] rest;
  private int restSent;
  private @Nullable StreamedBody stream;
  private boolean chunked;
  private long stallMark;
  private long stallSinceNanos;
  private boolean pending;

  /// @param onBodySent told when a large body or a file is sent (true) or cannot be (false)
  Outbox(ClientSocket socket, ResponseEncoder encoder, HttpMetrics metrics, Sent onBodySent) {
    this.socket = socket;
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
          file.close();
        } catch (IOException e) {
          log.warn("a file was not closed cleanly", e);
        }
      }
    }
  }

  /// Whether the client takes what it is sent, so that there is room for another answer.
  boolean isRoomy() {
    return rest == null && stream == null && socket.isWritable();
  }

  /// Whether nothing waits to leave.
  boolean isEmpty() {
    return gathered == null && rest == null && stream == null && socket.isIdle();
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
    stream = body; // first, since a write that fails ends it all
    this.chunked = chunked;
    flush();
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

  /// Hands everything over to the socket.
  void flush() {
    ByteBuf out = gathered;
    if (out != null) {
      gathered = null;
      metrics.sent(out.readableBytes());
      socket.send(out, Sent.UNHEEDED);
    }
  }

  /// Flushes, and tells when all of it has left.
  void finish(Sent whenSent) {
    flush();
    socket.whenSent(whenSent);
  }

  /// Goes on with a large body, or with one that is being made; to be called when the socket
  /// becomes writable, or more of the body is there.
  ///
  /// @return whether it is to be called again soon, though nothing of this has happened
  boolean proceed() {
    for (int i = 0; i < PIECES_PER_TURN; i++) {
      if (!sendPiece()) {
        StreamedBody body = stream;
        if (body != null && socket.isWritable()) {
          body.roomMade();
        }
        return false;
      }
    }
    return true;
  }

  // Returns whether there may be another one.
  private boolean sendPiece() {
    if (!socket.isWritable()) {
      return false;
    }
    StreamedBody body = stream;
    if (body != null) {
      return sendPiece(body);
    }
    byte[] bytes = rest;
    if (bytes == null) {
      return false;
    }
    int length = Math.min(PIECE_BYTES, bytes.length - restSent);
    ByteBuf piece = socket.buffer().writeBytes(bytes, restSent, length);
    restSent += length;
    metrics.sent(length);
    if (restSent < bytes.length) {
      socket.send(piece, Sent.UNHEEDED);
      return true;
    }
    rest = null;
    socket.send(piece, onBodySent);
    return false;
  }

  private boolean sendPiece(StreamedBody body) {
    ByteBuf piece = body.take(socket, chunked);
    if (piece == null) {
      return false;
    }
    metrics.sent(piece.readableBytes());
    if (!body.isDone()) {
      socket.send(piece, Sent.UNHEEDED);
      return true;
    }
    stream = null;
    socket.send(piece, onBodySent);
    return false;
  }

  /// Whether the client has taken nothing for so long, though there is something to take.
  boolean isStalled(long nowNanos, long limitNanos) {
    if (socket.isIdle()) {
      pending = false;
      return false;
    }
    long mark = socket.sentBytes();
    if (!pending || mark != stallMark) {
      pending = true;
      stallMark = mark;
      stallSinceNanos = nowNanos;
    }
    return nowNanos - stallSinceNanos >= limitNanos;
  }

  /// Frees what was not sent, when the socket is closed.
  void dispose() {
    if (gathered != null) {
      socket.giveBack(gathered);
      gathered = null;
    }
    rest = null;
    dropStream();
  }

  private ByteBuf gathered() {
    ByteBuf out = gathered;
    if (out == null) {
      out = socket.buffer();
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
    flush();
    rest = bytes;
    restSent = 0;
    return false;
  }

  // The head leaves with the beginning of the file: it is not worth a packet, and a wake-up of the
  // client, by itself.
  private boolean sendFile(Body.File file) {
    socket.cork(true);
    flush();
    socket.send(
        file.channel(),
        file.position(),
        file.length(),
        file,
        whole -> {
          if (whole) {
            metrics.sent(file.length());
            socket.cork(false);
          }
          onBodySent.sent(whole);
        });
    return false;
  }
}
