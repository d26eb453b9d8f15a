package dev.percore.worker.http.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's connection, TCP or Unix, by the calls of the kernel that it takes and no more. A
/// new one is read before the event loop is told to watch it: most clients ask as soon as they are
/// connected, and one that is answered and gone by then was never watched. For the event loop.
public final class ClientSocket implements EpollIoHandle {
  private static final Logger log = LoggerFactory.getLogger(ClientSocket.class);

  /// So much may wait for the client before it is told to be full, and so much is left when it is
  /// told to have room again.
  private static final int FULL_BYTES = 64 * 1024;

  private static final int ROOMY_BYTES = 32 * 1024;

  /// Calls to receive or to send in a row, before other connections have their turn.
  private static final int CALLS_PER_TURN = 16;

  private static final int IPPROTO_TCP = 6;
  private static final int TCP_CORK = 3;

  // EPOLLERR and EPOLLHUP are told whether asked for or not.
  private static final EpollIoOps NOTHING = EpollIoOps.EPOLLERR;
  private static final EpollIoOps INPUT = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP);
  private static final EpollIoOps OUTPUT = EpollIoOps.EPOLLOUT;
  private static final EpollIoOps BOTH = INPUT.with(OUTPUT);
  private static final int EPOLLHUP = 0x10;
  private static final int BROKEN = EpollIoOps.EPOLLERR.value() | EPOLLHUP;

  private final IoEventLoop loop;
  private final LoopBuffers buffers;
  private final FileDescriptor descriptor;
  private final boolean tcp;
  private SocketEvents events = Unopened.INSTANCE;
  private @Nullable IoRegistration registration;
  private int watched; // nothing, at first
  private @Nullable LinuxSocket options;
  private @Nullable ArrayDeque<Outgoing> waiting;
  private int waitingBytes;
  private long sentBytes;
  private boolean full;
  private boolean reading = true;
  private boolean inTurn;
  private boolean inputEnded;
  private boolean outputShut;
  private boolean closed;

  /// @param descriptor of a connected socket that does not block; this object's to close
  /// @param tcp or a Unix socket
  public ClientSocket(
      IoEventLoop loop, LoopBuffers buffers, FileDescriptor descriptor, boolean tcp) {
    this.loop = loop;
    this.buffers = buffers;
    this.descriptor = descriptor;
    this.tcp = tcp;
  }

  /// Begins. To be called once.
  public void open(SocketEvents receiver) {
    events = receiver;
    inTurn = true;
    try {
      events.opened();
      if (isReading()) {
        receive();
      }
    } catch (Throwable defect) {
      fail(defect);
    }
    inTurn = false;
    watch();
  }

  /// The event loop on which all of this happens.
  public EventLoop loop() {
    return loop;
  }

  @Override
  public FileDescriptor fd() {
    return descriptor;
  }

  /// Whether the client is read from. What it sends meanwhile waits in the kernel, and then at the
  /// client.
  public void setReading(boolean wanted) {
    if (reading != wanted) {
      reading = wanted;
      watch();
    }
  }

  /// An empty buffer for [#send]; of the caller until then.
  public ByteBuf buffer() {
    return buffers.take();
  }

  /// Gives back a buffer that is not going to be sent.
  public void giveBack(ByteBuf buffer) {
    buffers.give(buffer);
  }

  /// Sends a buffer, now or as soon as the client takes it.
  ///
  /// @param buffer from [#buffer]; not the caller's any more
  /// @param whenOver told even before this returns, if all of it is sent at once
  public void send(ByteBuf buffer, Sent whenOver) {
    if (!closed && isIdle()) {
      try {
        sentBytes += Outgoing.Bytes.send(descriptor, buffer);
        if (!buffer.isReadable()) {
          buffers.give(buffer);
          whenOver.sent(true);
          return;
        }
      } catch (IOException e) {
        buffers.give(buffer);
        whenOver.sent(false);
        fail(e);
        return;
      }
    }
    enqueue(new Outgoing.Bytes(descriptor, buffers.keep(buffer), buffers, whenOver));
    watch();
  }

  /// Sends a part of a file, without a copy (sendfile).
  ///
  /// @param share closed when it is sent, or cannot be
  /// @param whenOver told even before this returns, if all of it is sent at once
  public void send(FileChannel file, long position, long length, Closeable share, Sent whenOver) {
    boolean first = isIdle();
    enqueue(new Outgoing.FilePart(this::options, file, position, length, share, whenOver));
    try {
      if (first) {
        sendWaiting();
      }
      watch();
    } catch (IOException e) {
      fail(e);
    }
  }

  /// Tells when all has left that was to be sent before; at once if nothing waits.
  public void whenSent(Sent whenOver) {
    if (isIdle() || closed) {
      whenOver.sent(!closed);
    } else {
      enqueue(new Outgoing.Bytes(descriptor, Unpooled.EMPTY_BUFFER, buffers, whenOver));
    }
  }

  /// Whether nothing waits to be sent.
  public boolean isIdle() {
    return waiting == null || waiting.isEmpty();
  }

  /// Whether there is room for more in memory; if not, [SocketEvents#writable] follows.
  public boolean isWritable() {
    return !full && !closed;
  }

  /// Bytes that the kernel has taken since the beginning.
  public long sentBytes() {
    return sentBytes;
  }

  /// Has what is sent wait for more, so that it leaves in one packet with it; or no longer. Does
  /// nothing for a Unix socket.
  public void cork(boolean on) {
    if (closed || !tcp) {
      return;
    }
    try {
      options().setIntOpt(IPPROTO_TCP, TCP_CORK, on ? 1 : 0);
    } catch (IOException refused) {
      log.trace("what is sent leaves as it comes, or an end late", refused);
    }
  }

  /// Tells the client that nothing more will be sent.
  ///
  /// @return whether it could be told
  public boolean shutdownOutput() {
    if (closed) {
      return false;
    }
    try {
      options().shutdown(false, true);
      outputShut = true;
      return true;
    } catch (IOException gone) {
      log.trace("the client is gone already", gone);
      return false;
    }
  }

  public boolean isOutputShut() {
    return outputShut;
  }

  /// Closes with a reset, which a client cannot take for a regular end.
  public void reset() {
    if (!closed) {
      try {
        options().setSoLinger(0);
      } catch (IOException refused) {
        log.debug("a connection ends like a complete one", refused);
      }
      close();
    }
  }

  /// Closes at once. What waits is not sent.
  @Override
  public void close() {
    close(false);
  }

  /// Closes this process's copy of a socket that another process goes on with.
  public void leave() {
    close(true);
  }

  private void close(boolean shared) {
    if (closed) {
      return;
    }
    closed = true;
    IoRegistration watching = registration;
    // A socket that nobody else has leaves the set of what is watched with its end; to take it out
    // before would be one more call of the kernel.
    if (shared && watching != null) {
      watching.cancel();
    }
    try {
      descriptor.close();
    } catch (IOException e) {
      log.debug("a connection did not close cleanly", e);
    }
    if (!shared && watching != null) {
      watching.cancel();
    }
    try {
      dropWaiting();
    } finally {
      events.closed();
    }
  }

  @Override
  public void handle(IoRegistration registration, IoEvent event) {
    if (closed) {
      return;
    }
    int ready = ((EpollIoEvent) event).ops().value();
    inTurn = true;
    try {
      proceed(ready);
    } catch (Throwable defect) { // whatever it is must not hurt other connections
      fail(defect);
    }
    inTurn = false;
    watch();
  }

  private void proceed(int ready) throws IOException {
    if (!isIdle() && (ready & (OUTPUT.value() | BROKEN)) != 0) {
      sendWaiting();
    }
    if (isReading()) {
      if ((ready & (INPUT.value() | BROKEN)) != 0) {
        receive();
      }
    } else if ((ready & BROKEN) != 0) {
      close(); // nobody is there any more to send to
    }
  }

  private boolean isReading() {
    return reading && !inputEnded && !closed;
  }

  private void receive() throws IOException {
    ByteBuf in = buffers.in();
    int room = in.capacity();
    int calls = 0;
    int count;
    do {
      count = descriptor.readAddress(in.memoryAddress(), 0, room);
      if (count > 0) {
        events.received(in.setIndex(0, count));
      }
    } while (count == room && ++calls < CALLS_PER_TURN && isReading());
    if (!closed) {
      events.receivedAll();
    }
    if (count < 0 && !closed) {
      inputEnded = true;
      events.inputEnded();
    }
  }

  private void sendWaiting() throws IOException {
    ArrayDeque<Outgoing> queue = waiting();
    int calls = 0;
    while (!closed && !queue.isEmpty() && calls++ < CALLS_PER_TURN) {
      Outgoing first = queue.getFirst();
      int held = first.heldBytes();
      long taken = first.send();
      sentBytes += taken;
      waitingBytes -= held - first.heldBytes();
      if (first.isDone()) {
        queue.removeFirst();
        end(first, true);
      } else if (taken == 0) {
        break;
      }
    }
    if (full && waitingBytes <= ROOMY_BYTES && !closed) {
      full = false;
      events.writable();
    }
  }

  private void enqueue(Outgoing outgoing) {
    if (closed) {
      end(outgoing, false);
    } else {
      waiting().addLast(outgoing);
      waitingBytes += outgoing.heldBytes();
      full |= waitingBytes > FULL_BYTES;
    }
  }

  private void dropWaiting() {
    Outgoing outgoing;
    while (waiting != null && (outgoing = waiting.pollFirst()) != null) {
      end(outgoing, false);
    }
    waitingBytes = 0;
  }

  private static void end(Outgoing outgoing, boolean whole) {
    try {
      outgoing.free();
    } catch (IOException e) {
      log.warn("a file was not closed cleanly", e);
    }
    outgoing.whenOver().sent(whole);
  }

  private ArrayDeque<Outgoing> waiting() {
    ArrayDeque<Outgoing> queue = waiting;
    if (queue == null) {
      queue = new ArrayDeque<>(2);
      waiting = queue;
    }
    return queue;
  }

  private void fail(Throwable cause) {
    if (!closed) {
      events.broke(cause);
      close();
    }
  }

  // Once for all that changes in a turn.
  private void watch() {
    if (inTurn || closed) {
      return;
    }
    EpollIoOps wanted = isReading() ? (isIdle() ? INPUT : BOTH) : (isIdle() ? NOTHING : OUTPUT);
    if (wanted.value() == watched) {
      return;
    }
    watched = wanted.value();
    try {
      IoRegistration watching = registration;
      if (watching == null) {
        watching = loop.register(this).syncUninterruptibly().getNow();
        registration = watching;
      }
      watching.submit(wanted);
    } catch (RuntimeException refused) { // UncheckedIOException, mostly
      fail(refused);
    }
  }

  // Costs a call of the kernel, and is needed by few. Not for a closed socket, whose descriptor may
  // be another connection's by now.
  private LinuxSocket options() {
    LinuxSocket socket = options;
    if (socket == null) {
      socket = LinuxSocket.newSocket(descriptor.intValue());
      options = socket;
    }
    return socket;
  }

  private enum Unopened implements SocketEvents {
    INSTANCE;

    @Override
    public void opened() {}

    @Override
    public void received(ByteBuf data) {}

    @Override
    public void receivedAll() {}

    @Override
    public void writable() {}

    @Override
    public void inputEnded() {}

    @Override
    public void broke(Throwable cause) {}

    @Override
    public void closed() {}
  }
}
