package dev.percore.worker.control;

import dev.percore.protocol.ControlMessage;
import dev.percore.protocol.ControlMessage.Configure;
import dev.percore.protocol.ControlMessage.Drain;
import dev.percore.protocol.ControlMessage.Lend;
import dev.percore.protocol.ControlMessage.MetricsRequest;
import dev.percore.protocol.ControlMessage.ReopenLogs;
import dev.percore.protocol.ControlMessage.Return;
import dev.percore.protocol.ControlMessage.Serve;
import dev.percore.protocol.ControlMessage.TakeOver;
import dev.percore.protocol.ControlMessage.ToMaster;
import dev.percore.protocol.ControlPipeline;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The worker's connections to its master: one for messages, one on which descriptors arrive.
/// Both live on the worker's event loop, so what is sent proves that the loop turns.
/// Thread-safe.
public final class MasterLink {
  private static final Logger log = LoggerFactory.getLogger(MasterLink.class);

  private final Consumer<Duration> drainRequested;
  private final Runnable masterGone;
  private final CompletableFuture<Map<String, String>> settings = new CompletableFuture<>();
  private final BlockingQueue<FileDescriptor> sockets = new LinkedBlockingQueue<>();
  private final Channel messages;
  private volatile LongConsumer metricsAnswerer = _ -> {};

  /// Connects to the master.
  ///
  /// @param drainRequested told on the event loop to end within a time; may come more than once
  /// @param masterGone told on the event loop when the connection is lost
  /// @throws IOException if the master cannot be reached
  public MasterLink(
      EventLoopGroup loop,
      Path messagesSocket,
      Path descriptorsSocket,
      Consumer<Duration> drainRequested,
      Runnable masterGone)
      throws IOException {
    this.drainRequested = drainRequested;
    this.masterGone = masterGone;
    connect(loop, descriptorsSocket, DomainSocketReadMode.FILE_DESCRIPTORS, new SocketReceiver());
    this.messages =
        connect(
            loop,
            messagesSocket,
            DomainSocketReadMode.BYTES,
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                ControlPipeline.addTo(channel.pipeline());
                channel.pipeline().addLast(new MessageReceiver());
              }
            });
  }

  /// Says something to the master.
  public void send(ToMaster message) {
    messages.writeAndFlush(message);
  }

  /// Says something and waits until it is on its way.
  public void sendAndFlush(ToMaster message) {
    messages.writeAndFlush(message).awaitUninterruptibly();
  }

  /// Completes with the settings in force.
  public CompletableFuture<Map<String, String>> settings() {
    return settings;
  }

  /// Waits for the listening sockets, which from then on are the worker's to close.
  public List<FileDescriptor> sockets(int count) throws InterruptedException {
    List<FileDescriptor> lent = new ArrayList<>();
    while (lent.size() < count) {
      lent.add(sockets.take());
    }
    return lent;
  }

  /// Sets what answers a request for metrics, given the request's number on the event loop.
  /// Before that, requests stay without an answer.
  public void onMetricsRequest(LongConsumer answerer) {
    metricsAnswerer = answerer;
  }

  private static Channel connect(
      EventLoopGroup loop, Path path, DomainSocketReadMode mode, ChannelHandler handler)
      throws IOException {
    ChannelFuture connected =
        new Bootstrap()
            .group(loop)
            .channel(EpollDomainSocketChannel.class)
            .option(EpollChannelOption.DOMAIN_SOCKET_READ_MODE, mode)
            .handler(handler)
            .connect(new DomainSocketAddress(path.toFile()))
            .awaitUninterruptibly();
    if (!connected.isSuccess()) {
      throw new IOException("cannot connect to the master at " + path, connected.cause());
    }
    return connected.channel();
  }

  private final class MessageReceiver extends SimpleChannelInboundHandler<ControlMessage> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, ControlMessage message) {
      switch (message) {
        case Configure(var values) -> settings.complete(values);
        case MetricsRequest(long request) -> metricsAnswerer.accept(request);
        case Drain(Duration deadline, boolean _) -> drainRequested.accept(deadline);
        case Lend _, Serve _, Return _, TakeOver _, ReopenLogs _ ->
            log.warn("the master sent {}, which nobody heeds", message);
        case ToMaster wrong -> {
          log.error("the master sent {}, which only a worker may send", wrong);
          context.close();
        }
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      masterGone.run();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      log.error("the control connection is broken: {}", cause.toString());
      context.close();
    }
  }

  private final class SocketReceiver extends SimpleChannelInboundHandler<FileDescriptor> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, FileDescriptor descriptor) {
      sockets.add(descriptor);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      log.error("the connection for descriptors is broken: {}", cause.toString());
      context.close();
    }
  }
}
