package dev.percore.master.link;

import dev.percore.master.supervise.WorkerLink;
import dev.percore.protocol.ControlMessage;
import dev.percore.protocol.ControlMessage.Hello;
import dev.percore.protocol.ControlMessage.ToMaster;
import dev.percore.protocol.ControlMessage.ToWorker;
import dev.percore.protocol.ControlPipeline;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
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
    void attached(long pid, Attached link);

    void said(long pid, ToMaster message);

    /// The control connection has closed.
    void detached(long pid);
  }

  /// Both connections of one worker.
  public interface Attached extends WorkerLink {
    /// Lends a descriptor; it stays open on this side.
    void lend(FileDescriptor descriptor);
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

  private void listen(Path path, Acceptor acceptor) throws IOException {
    var bound =
        new ServerBootstrap()
            .group(loop)
            .channel(EpollServerDomainSocketChannel.class)
            .childHandler(
                new ChannelInitializer<EpollDomainSocketChannel>() {
                  @Override
                  protected void initChannel(EpollDomainSocketChannel channel) throws IOException {
                    long pid = channel.peerCredentials().pid();
                    if (!events.isWorker(pid)) {
                      log.warn("process {} connected to {}, but is no worker", pid, path);
                      channel.close();
                      return;
                    }
                    acceptor.accept(channel, pid);
                  }
                })
            .bind(new DomainSocketAddress(path.toFile()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException("cannot listen on " + path, bound.cause());
    }
  }

  private interface Acceptor {
    void accept(Channel channel, long pid);
  }

  private void initMessages(Channel channel, long pid) {
    ControlPipeline.addTo(channel.pipeline());
    channel.pipeline().addLast(new MessageHandler(pid));
    pair(pid).messages = channel;
  }

  private void initDescriptors(Channel channel, long pid) {
    channel.pipeline().addLast(new ChannelInboundHandlerAdapter());
    pair(pid).descriptors = channel;
    channel
        .closeFuture()
        .addListener(
            _ -> pairs.computeIfPresent(pid, (_, pair) -> pair.messages == null ? null : pair));
    attachIfComplete(pid);
  }

  private Pair pair(long pid) {
    return pairs.computeIfAbsent(pid, _ -> new Pair());
  }

  private void attachIfComplete(long pid) {
    Pair pair = pair(pid);
    if (pair.greeted && pair.descriptors != null && !pair.attached) {
      pair.attached = true;
      events.attached(pid, pair);
    }
  }

  private static final class Pair implements Attached {
    private @Nullable Channel messages;
    private @Nullable Channel descriptors;
    private boolean greeted;
    private boolean attached;

    @Override
    public void send(ToWorker message) {
      write(messages, message);
    }

    @Override
    public void lend(FileDescriptor descriptor) {
      write(descriptors, descriptor);
    }

    private static void write(@Nullable Channel channel, Object message) {
      if (channel != null) {
        // A worker that is gone is noticed by the end of its process.
        channel.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
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
      if (pair != null && pair.descriptors != null) {
        pair.descriptors.close();
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
