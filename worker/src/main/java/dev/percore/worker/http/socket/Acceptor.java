package dev.percore.worker.http.socket;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.NativeInetAddress;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Accepts connections from one listening socket, on the event loop. Where the kernel has no room
/// for another one it pauses for a second, so that the event loop can serve those that there are.
public final class Acceptor implements EpollIoHandle {
  private static final Logger log = LoggerFactory.getLogger(Acceptor.class);

  /// Connections accepted in a row, before those that there are have their turn.
  private static final int ACCEPTS_PER_TURN = 16;

  private static final long PAUSE_MILLIS = 1_000;

  // As the native call writes an address: its length, and the address with its port; longest for
  // IPv6 with a scope.
  private static final int ADDRESS_BYTES = 25 + 1;

  /// ECONNABORTED: the client is gone already.
  private static final int ABORTED = -103;

  private final IoEventLoop loop;
  private final Socket socket;
  private final boolean tcp;
  private final Receiver receiver;
  private final byte[] address = new byte[ADDRESS_BYTES];
  private @Nullable IoRegistration registration;
  private boolean closed;

  /// Who takes what is accepted.
  @FunctionalInterface
  public interface Receiver {
    /// A connection has come.
    ///
    /// @param descriptor does not block; the receiver's to close
    /// @param client its address; null on a Unix socket
    void accepted(FileDescriptor descriptor, @Nullable InetSocketAddress client);
  }

  /// @param socket listens already, and does not block; this object's to close
  /// @param tcp or a Unix socket
  public Acceptor(IoEventLoop loop, Socket socket, boolean tcp, Receiver receiver) {
    this.loop = loop;
    this.socket = socket;
    this.tcp = tcp;
    this.receiver = receiver;
  }

  /// Begins to accept. On the event loop, once.
  ///
  /// @throws IOException if the kernel does not watch the socket; it is closed then
  public void start() throws IOException {
    if (closed) {
      return;
    }
    Future<IoRegistration> registered = loop.register(this);
    if (!registered.isSuccess()) {
      close();
      throw new IOException("a listening socket cannot be watched", registered.cause());
    }
    registration = registered.getNow();
    try {
      watch(true);
    } catch (UncheckedIOException refused) {
      close();
      throw new IOException("a listening socket cannot be watched", refused);
    }
  }

  @Override
  public FileDescriptor fd() {
    return socket;
  }

  @Override
  public void handle(IoRegistration registration, IoEvent event) {
    for (int i = 0; i < ACCEPTS_PER_TURN && !closed; i++) {
      try {
        int descriptor = socket.accept(address);
        if (descriptor < 0) {
          return;
        }
        receiver.accepted(new FileDescriptor(descriptor), client());
      } catch (NativeIoException refused) {
        if (refused.expectedErr() != ABORTED) {
          pause(refused);
          return;
        }
      } catch (IOException | RuntimeException defect) {
        log.error("a connection could not be taken", defect);
      }
    }
  }

  private @Nullable InetSocketAddress client() {
    return tcp ? NativeInetAddress.address(address, 1, address[0]) : null;
  }

  private void pause(IOException cause) {
    log.warn("accepts no connections for {} ms: {}", PAUSE_MILLIS, cause.getMessage());
    watch(false);
    var _ = loop.schedule(() -> watch(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void watch(boolean accepting) {
    IoRegistration watching = registration;
    if (!closed && watching != null) {
      // With NONE Netty takes the socket out of the set, and does not put it back.
      watching.submit(accepting ? EpollIoOps.EPOLLIN : EpollIoOps.EPOLLERR);
    }
  }

  /// Accepts no more. On the event loop.
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (registration != null) {
      registration.cancel(); // the master has the same socket, so its end here would end nothing
    }
    try {
      socket.close();
    } catch (IOException e) {
      log.warn("a listening socket did not close cleanly", e);
    }
  }
}
