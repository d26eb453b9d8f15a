package dev.percore.master.link;

import dev.percore.master.supervise.WorkerLink;
import dev.percore.protocol.ControlMessage;
import dev.percore.protocol.ControlMessage.ClientConnection;
import dev.percore.protocol.ControlMessage.HandOver;
import dev.percore.protocol.ControlMessage.Hello;
import dev.percore.protocol.ControlMessage.Received;
import dev.percore.protocol.ControlMessage.ToMaster;
import dev.percore.protocol.ControlMessage.ToWorker;
import dev.percore.protocol.ControlPipeline;
import dev.percore.protocol.DescriptorPairing;
import dev.percore.protocol.DescriptorReceiver;
import dev.percore.protocol.DescriptorSender;
import dev.percore.protocol.UnixSockets;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where workers connect to their master: each with one connection for messages and a second
/// one for descriptors alone, since a descriptor that arrives among bytes is easily lost. Who
/// connects is known from the kernel (SO_PEERCRED), not from what it says. Confined to the
/// master's event loop.
public final class WorkerConnections {
  private static final Logger log = LoggerFactory.getLogger(WorkerConnections.class);

  private final EventLoopGroup loop;
  private final Events events;
  private final Map<Long, Pair> pairs = new HashMap<>();

  /// What happens on the connections, told on the event loop.
  public interface Events {
    /// Whether that process is one of our workers.
    boolean isWorker(long pid);

    /// Both connections are there and the worker has said hello.
    void attached(long pid, WorkerLink link);

    void said(long pid, ToMaster message);

    /// A worker hands over a client's connection, which is the receiver's to close.
    void handedOver(long pid, ClientConnection connection, FileDescriptor descriptor);

    /// The control connection has closed.
    void detached(long pid);
  }

  public WorkerConnections(EventLoopGroup loop, Events events) {
    this.loop = loop;
    this.events = events;
  }

  /// Starts to listen on both sockets. They close with the event loop.
  ///
  /// @throws IOException if a socket cannot be bound
  public void open(Path messages, Path descriptors) throws IOException {
    listen(messages, WorkerConnections.this::initMessages);
    listen(descriptors, WorkerConnections.this::initDescriptors);
  }

  private void listen(Path path, UnixSockets.Acceptor acceptor) throws IOException {
    var _ =
        UnixSockets.listen(
            loop,
            path,
            (channel, pid) -> {
              if (events.isWorker(pid)) {
                acceptor.accept(channel, pid);
              } else {
                log.warn("process {} connected to {}, but is no worker", pid, path);
                channel.close();
              }
            });
  }

  private void initMessages(Channel channel, long pid) {
    ControlPipeline.addTo(channel.pipeline());
    channel.pipeline().addLast(new MessageHandler(pid));
    pair(pid).messages = channel;
  }

  private void initDescriptors(EpollDomainSocketChannel channel, long pid) {
    channel.config().setReadMode(DomainSocketReadMode.FILE_DESCRIPTORS);
    Pair pair = pair(pid);
    channel
        .pipeline()
        .addLast(new DescriptorReceiver(pair.handedOver, () -> descriptorsEnded(channel, pair)));
    pair.descriptors = channel;
    pair.sender = new DescriptorSender<>(channel, pair::send);
    channel
        .closeFuture()
        .addListener(
            _ -> pairs.computeIfPresent(pid, (_, left) -> left.messages == null ? null : left));
    attachIfComplete(pid);
  }

  // A worker to which nothing can be lent is of no use. One that ends by itself closes both
  // connections, and what it said last is still to be read.
  private static void descriptorsEnded(Channel channel, Pair pair) {
    channel.eventLoop().schedule(pair::close, 1, TimeUnit.SECONDS);
  }

  private Pair pair(long pid) {
    return pairs.computeIfAbsent(
        pid,
        _ -> new Pair((connection, descriptor) -> events.handedOver(pid, connection, descriptor)));
  }

  private void attachIfComplete(long pid) {
    Pair pair = pair(pid);
    if (pair.greeted && pair.descriptors != null && !pair.attached) {
      pair.attached = true;
      events.attached(pid, pair);
    }
  }

  /// Both connections of one worker.
  private static final class Pair implements WorkerLink {
    private final DescriptorPairing<ClientConnection> handedOver;
    private @Nullable Channel messages;
    private @Nullable Channel descriptors;
    private @Nullable DescriptorSender<ToWorker> sender;
    private boolean greeted;
    private boolean attached;

    Pair(BiConsumer<ClientConnection, FileDescriptor> taker) {
      this.handedOver = new DescriptorPairing<>(taker, () -> send(new Received()));
    }

    @Override
    public void send(ToWorker message) {
      Channel target = messages;
      if (target != null) {
        // A worker that is gone is noticed by the end of its process.
        target.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
      }
    }

    @Override
    public void send(ToWorker message, FileDescriptor descriptor, Sent whenSent) {
      DescriptorSender<ToWorker> target = sender;
      if (target == null) {
        whenSent.done(false);
      } else {
        target.send(message, descriptor).addListener(future -> whenSent.done(future.isSuccess()));
      }
    }

    void received() {
      if (sender != null) {
        sender.received();
      }
    }

    void close() {
      if (messages != null) {
        messages.close();
      }
    }
  }

  private final class MessageHandler extends SimpleChannelInboundHandler<ControlMessage> {
    private final long pid;

    MessageHandler(long pid) {
      this.pid = pid;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ControlMessage message) {
      switch (message) {
        case Hello hello -> greet(context, hello);
        case HandOver(ClientConnection connection) -> pair(pid).handedOver.announced(connection);
        case Received() -> pair(pid).received();
        case ToMaster toMaster -> events.said(pid, toMaster);
        case ToWorker wrong -> {
          log.error("worker (pid {}) sent {}, which only a master may send", pid, wrong);
          context.close();
        }
      }
    }

    private void greet(ChannelHandlerContext context, Hello hello) {
      if (hello.protocolVersion() != ControlMessage.PROTOCOL_VERSION) {
        log.error(
            "worker (pid {}) speaks protocol version {}, this master {}",
            pid,
            hello.protocolVersion(),
            ControlMessage.PROTOCOL_VERSION);
        context.close();
        return;
      }
      pair(pid).greeted = true;
      attachIfComplete(pid);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      Pair pair = pairs.remove(pid);
      if (pair != null) {
        // Descriptors that were announced may still be on their way.
        pair.handedOver.endAnnouncements();
      }
      events.detached(pid);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      log.error("the control connection of worker (pid {}) is broken: {}", pid, cause.toString());
      context.close();
    }
  }
}
