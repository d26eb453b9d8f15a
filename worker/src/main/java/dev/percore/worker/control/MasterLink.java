package dev.percore.worker.control;

import dev.percore.protocol.ControlMessage;
import dev.percore.protocol.ControlMessage.Configure;
import dev.percore.protocol.ControlMessage.Drain;
import dev.percore.protocol.ControlMessage.HandOver;
import dev.percore.protocol.ControlMessage.Lend;
import dev.percore.protocol.ControlMessage.MetricsRequest;
import dev.percore.protocol.ControlMessage.Received;
import dev.percore.protocol.ControlMessage.ReopenLogs;
import dev.percore.protocol.ControlMessage.Return;
import dev.percore.protocol.ControlMessage.Serve;
import dev.percore.protocol.ControlMessage.Sibling;
import dev.percore.protocol.ControlMessage.TakeOver;
import dev.percore.protocol.ControlMessage.ToMaster;
import dev.percore.protocol.ControlMessage.WithDescriptor;
import dev.percore.protocol.ControlPipeline;
import dev.percore.protocol.DescriptorPairing;
import dev.percore.protocol.DescriptorReceiver;
import dev.percore.protocol.DescriptorSender;
import dev.percore.protocol.UnixSockets;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The worker's connections to its master: one for messages, one for descriptors. Both live on
/// the worker's event loop, so what is sent proves that the loop turns. Thread-safe.
public final class MasterLink {
  private static final Logger log = LoggerFactory.getLogger(MasterLink.class);

  private final Consumer<Drain> drainRequested;
  private final Runnable masterGone;
  private final CompletableFuture<Configure> configuration = new CompletableFuture<>();
  private final DescriptorPairing<WithDescriptor> pairing =
      new DescriptorPairing<>(this::descriptorCame, () -> send(new Received()));
  private final DescriptorSender<HandOver> sender;
  private final Channel messages;
  private volatile LongConsumer metricsAnswerer = _ -> {};
  private volatile Orders orders = new Premature();
  private volatile @Nullable Jobs jobs;

  /// What the master has a worker do once it is prepared. Called on the event loop; descriptors
  /// are the receiver's to close.
  public interface Orders {
    /// Accept connections from this listening socket.
    void accept(Lend lend, FileDescriptor socket);

    /// All sockets are there.
    void serve();

    /// Accept no more from the sockets of that slot.
    void giveBack(int slot);

    /// Accept no more at all, and let connections go. May come more than once.
    ///
    /// @param handOver whether another worker is there to take over idle ones
    void acceptNoMore(boolean handOver);

    /// Serve a connection that another worker has accepted.
    void takeOver(ControlMessage.ClientConnection connection, FileDescriptor descriptor);

    /// Exchange tasks with another worker over this connection.
    void meet(Sibling sibling, FileDescriptor descriptor);

    /// Accept work, or none.
    void usePool(ControlMessage.PoolState state);

    /// Close and open the log files.
    void reopenLogs();
  }

  /// What the master says about jobs. Called on the event loop.
  public interface Jobs {
    /// An answer to what was asked for a client.
    void answered(ControlMessage.JobAnswer answer);

    /// Run a job.
    void run(ControlMessage.RunJob order);

    /// Give a job back.
    void cancel(ControlMessage.CancelJob order);
  }

  /// Connects to the master.
  ///
  /// @param drainRequested told on the event loop to end within a time; may come more than once
  /// @param masterGone told on the event loop when the connection is lost
  /// @throws IOException if the master cannot be reached
  public MasterLink(
      EventLoopGroup loop,
      Path messagesSocket,
      Path descriptorsSocket,
      Consumer<Drain> drainRequested,
      Runnable masterGone)
      throws IOException {
    this.drainRequested = drainRequested;
    this.masterGone = masterGone;
    Channel descriptors =
        UnixSockets.connect(
            loop,
            descriptorsSocket,
            DomainSocketReadMode.FILE_DESCRIPTORS,
            new DescriptorReceiver(pairing, masterGone),
            "the master");
    this.sender = new DescriptorSender<>(descriptors, this::send);
    this.messages =
        UnixSockets.connect(
            loop,
            messagesSocket,
            DomainSocketReadMode.BYTES,
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                ControlPipeline.addTo(channel.pipeline());
                channel.pipeline().addLast(new MessageReceiver());
              }
            },
            "the master");
  }

  /// Says something to the master.
  public void send(ToMaster message) {
    messages.writeAndFlush(message);
  }

  /// Says something long, encoded by the calling thread rather than by the event loop.
  public void sendLong(ToMaster message) {
    messages.writeAndFlush(ControlPipeline.encode(messages.alloc(), message));
  }

  /// Says something and waits until it is on its way.
  public void sendAndFlush(ToMaster message) {
    messages.writeAndFlush(message).awaitUninterruptibly();
  }

  /// Where client connections go that are handed over to the worker that follows. For the event
  /// loop.
  public DescriptorSender<HandOver> handOvers() {
    return sender;
  }

  /// Completes with what the worker is to be.
  public CompletableFuture<Configure> configuration() {
    return configuration;
  }

  /// Sets who obeys the master. To be called before it is told that the worker is prepared.
  public void obey(Orders receiver) {
    orders = receiver;
  }

  /// Sets who is told about jobs. To be called before the master is told that the worker is
  /// prepared.
  public void onJobs(Jobs receiver) {
    jobs = receiver;
  }

  private Jobs jobs() {
    Jobs receiver = jobs;
    if (receiver == null) {
      throw new IllegalStateException("not prepared yet for jobs");
    }
    return receiver;
  }

  /// Sets what answers a request for metrics, given the request's number on the event loop.
  /// Before that, requests stay without an answer.
  public void onMetricsRequest(LongConsumer answerer) {
    metricsAnswerer = answerer;
  }

  private void descriptorCame(WithDescriptor announcement, FileDescriptor descriptor) {
    switch (announcement) {
      case Lend lend -> orders.accept(lend, descriptor);
      case TakeOver(var connection) -> orders.takeOver(connection, descriptor);
      case Sibling sibling -> orders.meet(sibling, descriptor);
      case HandOver wrong -> throw new IllegalStateException("a master never sends " + wrong);
    }
  }

  private final class MessageReceiver extends SimpleChannelInboundHandler<ControlMessage> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, ControlMessage message) {
      switch (message) {
        case Configure configure -> configuration.complete(configure);
        case MetricsRequest(long request) -> metricsAnswerer.accept(request);
        case Drain drain -> {
          orders.acceptNoMore(drain.handOver());
          drainRequested.accept(drain);
        }
        case Lend lend -> pairing.announced(lend);
        case Sibling sibling -> pairing.announced(sibling);
        case TakeOver takeOver -> pairing.announced(takeOver);
        case Serve() -> pairing.then(() -> orders.serve());
        case Return(int slot) -> pairing.then(() -> orders.giveBack(slot));
        case Received() -> sender.received();
        case ReopenLogs() -> orders.reopenLogs();
        case ControlMessage.UsePool(var state) -> orders.usePool(state);
        case ControlMessage.JobAnswer answer -> jobs().answered(answer);
        case ControlMessage.RunJob order -> jobs().run(order);
        case ControlMessage.CancelJob order -> jobs().cancel(order);
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
}
