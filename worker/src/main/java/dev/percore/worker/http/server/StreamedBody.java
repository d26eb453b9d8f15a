package dev.percore.worker.http.server;

import dev.percore.worker.api.Response;
import dev.percore.worker.http.ResponseStream;
import dev.percore.worker.http.socket.ClientSocket;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The body of one answer on its way from whoever makes it to the [Outbox]. It holds
/// [#ROOM_BYTES] and one write more at most. What [ResponseStream] offers is thread-safe; the rest
/// is for the event loop, but for [#close].
final class StreamedBody implements ResponseStream {
  /// As soon as so much waits, nothing more is taken.
  static final int ROOM_BYTES = 64 * 1024;

  private static final Logger log = LoggerFactory.getLogger(StreamedBody.class);

  // RFC 9112, section 7.1.
  private static final byte[] LINE_END = "\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Conversation conversation;
  private final HttpExchange exchange;

  // Guarded by this.
  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private int takenOfFirst;
  private boolean ended;
  private boolean closed;
  private boolean woken;

  // For the event loop.
  private @Nullable Runnable writableAction;
  private long sentBytes;
  private boolean done;

  StreamedBody(Conversation conversation, HttpExchange exchange) {
    this.conversation = conversation;
    this.exchange = exchange;
  }

  /// Has the head sent. To be called once, first of all.
  void begin(Response head) {
    if (conversation.inEventLoop()) {
      conversation.stream(exchange, head, this);
    } else {
      execute(() -> conversation.stream(exchange, head, this));
    }
  }

  @Override
  public boolean write(byte[] bytes) {
    synchronized (this) {
      if (!hasRoom()) {
        return false;
      }
      if (bytes.length == 0) {
        return true;
      }
      waiting.add(bytes);
      waitingBytes += bytes.length;
    }
    wake();
    return true;
  }

  @Override
  public synchronized boolean isWritable() {
    return hasRoom();
  }

  @Override
  public void onWritable(Runnable action) {
    execute(
        () -> {
          writableAction = action;
          roomMade();
        });
  }

  @Override
  public void end() {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
    }
    wake();
  }

  @Override
  public void abort() {
    synchronized (this) {
      if (ended) {
        return;
      }
      // In one step, or what has been taken so far could be sent as if it were all.
      ended = true;
      close();
    }
    execute(() -> conversation.cut(exchange));
  }

  /// Whether whoever makes the body has said that there will be no more of it.
  synchronized boolean isEnded() {
    return ended;
  }

  /// Takes nothing more and drops what waits. From any thread.
  synchronized void close() {
    closed = true;
    waiting.clear();
    waitingBytes = 0;
    takenOfFirst = 0;
  }

  /// The next piece to send, framed; null when there is none for now.
  @Nullable ByteBuf take(ClientSocket socket, boolean chunked) {
    synchronized (this) {
      int length = Math.min(waitingBytes, Outbox.PIECE_BYTES);
      boolean last = ended && length == waitingBytes;
      if (closed || (length == 0 && !last)) {
        return null;
      }
      done = last;
      sentBytes += length;
      if (!chunked) {
        return move(length, socket.buffer());
      }
      ByteBuf piece = socket.buffer();
      if (length > 0) {
        piece.writeCharSequence(Integer.toHexString(length), StandardCharsets.US_ASCII);
        move(length, piece.writeBytes(LINE_END)).writeBytes(LINE_END);
      }
      return last ? piece.writeBytes(LAST_CHUNK) : piece;
    }
  }

  /// Whether the last piece has been taken.
  boolean isDone() {
    return done;
  }

  /// Bytes of the body that were taken to be sent.
  long sentBytes() {
    return sentBytes;
  }

  /// What was taken may have made room.
  void roomMade() {
    Runnable action = writableAction;
    if (action == null || !isWritable()) {
      return;
    }
    writableAction = null;
    try {
      action.run();
    } catch (RuntimeException e) {
      log.error("a streamed answer failed when there was room to go on", e);
      abort();
    }
  }

  private boolean hasRoom() {
    return !ended && !closed && waitingBytes < ROOM_BYTES;
  }

  private ByteBuf move(int length, ByteBuf out) {
    int missing = length;
    while (missing > 0) {
      byte[] first = waiting.element();
      int part = Math.min(first.length - takenOfFirst, missing);
      out.writeBytes(first, takenOfFirst, part);
      missing -= part;
      takenOfFirst += part;
      if (takenOfFirst == first.length) {
        waiting.remove();
        takenOfFirst = 0;
      }
    }
    waitingBytes -= length;
    return out;
  }

  // Once for all that is written before the event loop comes to it.
  private void wake() {
    synchronized (this) {
      if (woken || closed) {
        return;
      }
      woken = true;
    }
    execute(
        () -> {
          synchronized (this) {
            woken = false;
          }
          conversation.proceed();
        });
  }

  private void execute(Runnable task) {
    try {
      conversation.execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("an answer was being made after the event loop had ended", e);
      close();
    }
  }
}
