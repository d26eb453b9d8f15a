package dev.percore.protocol;

import io.netty.channel.Channel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Sends descriptors, each with the message that announces it, one at a time: the next leaves
/// when the other side has said that it has the one before. Netty cannot wait with a descriptor
/// where the connection is full, and a descriptor that the kernel drops, since the other side
/// has no room for it, must not shift those behind it. Confined to one event loop.
///
/// @param <M> what a message says about its descriptor
public final class DescriptorSender<M> {
  /// Without a receipt for so long, the connection is given up.
  private static final long RECEIPT_SECONDS_MAX = 30;

  private final Channel descriptors;
  private final Consumer<M> announcer;
  private final Deque<Item<M>> waiting = new ArrayDeque<>();
  private @Nullable Item<M> underWay;
  private @Nullable Future<?> receiptTimeout;
  private @Nullable Runnable onReady;

  private record Item<M>(M message, FileDescriptor descriptor, Promise<Void> sent) {}

  /// @param descriptors the connection for descriptors, and for nothing else
  /// @param announcer sends a message over the other connection
  public DescriptorSender(Channel descriptors, Consumer<M> announcer) {
    this.descriptors = descriptors;
    this.announcer = announcer;
    descriptors.closeFuture().addListener(_ -> giveUp());
  }

  /// Sends a descriptor as soon as it can leave. This side keeps its own copy, which it may close
  /// when the future is done.
  ///
  /// @return succeeds when a copy is on its way, and fails if none will ever be
  public Future<Void> send(M message, FileDescriptor descriptor) {
    Promise<Void> sent = descriptors.eventLoop().newPromise();
    waiting.add(new Item<>(message, descriptor, sent));
    if (descriptors.isOpen()) {
      sendNext();
    } else {
      giveUp();
    }
    return sent;
  }

  /// Whether a descriptor would leave at once.
  public boolean isReady() {
    return underWay == null && waiting.isEmpty();
  }

  /// Runs something once, when a descriptor would leave at once, or never will again.
  public void whenReady(Runnable action) {
    if (isReady() || !descriptors.isOpen()) {
      action.run();
    } else {
      onReady = action;
    }
  }

  /// The other side has the descriptor that was sent last.
  public void received() {
    cancelTimeout();
    underWay = null;
    sendNext();
    tellIfReady();
  }

  private void tellIfReady() {
    Runnable action = onReady;
    if (action != null && (isReady() || !descriptors.isOpen())) {
      onReady = null;
      action.run();
    }
  }

  private void sendNext() {
    if (underWay != null || waiting.isEmpty()) {
      return;
    }
    Item<M> next = waiting.remove();
    underWay = next;
    announcer.accept(next.message());
    descriptors
        .writeAndFlush(next.descriptor())
        .addListener(
            written -> {
              if (written.isSuccess()) {
                next.sent().trySuccess(null);
              } else {
                next.sent().tryFailure(written.cause());
                descriptors.close();
              }
            });
    receiptTimeout =
        descriptors
            .eventLoop()
            .schedule(() -> descriptors.close(), RECEIPT_SECONDS_MAX, TimeUnit.SECONDS);
  }

  private void cancelTimeout() {
    Future<?> timeout = receiptTimeout;
    receiptTimeout = null;
    if (timeout != null) {
      timeout.cancel(false);
    }
  }

  private void giveUp() {
    cancelTimeout();
    while (!waiting.isEmpty()) {
      waiting.remove().sent().tryFailure(new IOException("the connection is closed"));
    }
    tellIfReady();
  }
}
