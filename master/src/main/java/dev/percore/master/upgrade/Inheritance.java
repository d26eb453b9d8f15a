package dev.percore.master.upgrade;

import dev.percore.master.listen.ListenSockets.Adopted;
import dev.percore.master.upgrade.UpgradeMessage.WithDescriptor;
import dev.percore.protocol.ControlMessage.ClientConnection;
import dev.percore.protocol.DescriptorPairing;
import dev.percore.protocol.DescriptorReceiver;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The new master's side of an upgrade: what the old one leaves to it.
public final class Inheritance {
  private static final Logger log = LoggerFactory.getLogger(Inheritance.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final DescriptorPairing<WithDescriptor> pairing =
      new DescriptorPairing<>(this::take, () -> say(new UpgradeMessage.Received()));
  private final CompletableFuture<Integer> complete = new CompletableFuture<>();
  private final List<Adopted> sockets = new ArrayList<>();
  private final Map<String, Integer> adminSockets = new HashMap<>();
  private final Channel messages;
  private int announced;
  private int generation;
  private OptionalInt nice = OptionalInt.empty();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private volatile BiConsumer<ClientConnection, FileDescriptor> connections;

  private Inheritance(EventLoopGroup loop, Path socket) throws IOException {
    this.connections = (_, descriptor) -> close(descriptor.intValue());
    this.messages =
        UnixSockets.connect(
            loop,
            socket,
            DomainSocketReadMode.BYTES,
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                UpgradeMessage.addCodecTo(channel.pipeline());
                channel.pipeline().addLast(new Receiver());
              }
            },
            "the old master");
    UnixSockets.connect(
        loop,
        socket,
        DomainSocketReadMode.FILE_DESCRIPTORS,
        new DescriptorReceiver(pairing, () -> {}),
        "the old master");
  }

  /// Connects to the old master and waits until all sockets are here.
  ///
  /// @param socket where the old master waits
  /// @throws IOException if it cannot be reached, or does not give everything in time
  public static Inheritance claim(EventLoopGroup loop, Path socket)
      throws IOException, InterruptedException {
    Inheritance inheritance = new Inheritance(loop, socket);
    try {
      inheritance.generation = inheritance.complete.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return inheritance;
    } catch (ExecutionException | TimeoutException failure) {
      throw new IOException("the old master does not hand over its sockets: " + failure, failure);
    }
  }

  /// The listening sockets of the service; whoever asks closes what it does not need.
  public List<Adopted> sockets() {
    return List.copyOf(sockets);
  }

  /// The listening socket of the admin endpoints at an address, if there is one; others are
  /// closed.
  public @Nullable Integer adminSocket(String address) {
    Integer wanted = adminSockets.remove(address);
    adminSockets.values().forEach(Inheritance::close);
    adminSockets.clear();
    return wanted;
  }

  private static void close(int descriptor) {
    try {
      new FileDescriptor(descriptor).close();
    } catch (IOException failure) {
      log.warn("a socket cannot be closed: {}", failure.getMessage());
    }
  }

  /// The last generation of the old master.
  public int generation() {
    return generation;
  }

  /// The nice value to go back to when this master serves; empty if it has that already.
  public OptionalInt niceWhenServing() {
    return nice;
  }

  /// Sets who takes the connections that the old master's workers hand over.
  ///
  /// @param taker called on the event loop; closes the descriptor
  public void onConnection(BiConsumer<ClientConnection, FileDescriptor> taker) {
    connections = taker;
  }

  /// Completes on the event loop when the old master has gone.
  public CompletionStage<Void> gone() {
    return gone.minimalCompletionStage();
  }

  /// Tells the old master that it may leave.
  public void announceServing() {
    say(new UpgradeMessage.Serving());
  }

  private void say(UpgradeMessage message) {
    messages.writeAndFlush(message);
  }

  private void take(WithDescriptor message, FileDescriptor descriptor) {
    switch (message) {
      case UpgradeMessage.ServiceSocket(String listener, int slot) ->
          sockets.add(new Adopted(listener, slot, descriptor.intValue()));
      case UpgradeMessage.AdminSocket(String address) ->
          adminSockets.put(address, descriptor.intValue());
      case UpgradeMessage.Connection(var connection) -> connections.accept(connection, descriptor);
    }
    completeIfAllAreHere();
  }

  private void completeIfAllAreHere() {
    if (generation > 0 && sockets.size() + adminSockets.size() >= announced) {
      complete.complete(generation);
    }
  }

  private final class Receiver extends SimpleChannelInboundHandler<UpgradeMessage> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, UpgradeMessage message) {
      switch (message) {
        case WithDescriptor withDescriptor -> {
          announced += complete.isDone() ? 0 : 1;
          pairing.announced(withDescriptor);
        }
        case UpgradeMessage.Complete(int last, OptionalInt theirs) -> {
          generation = last;
          nice = theirs;
          completeIfAllAreHere();
        }
        case UpgradeMessage.Serving _, UpgradeMessage.Received _ ->
            throw new IllegalStateException("an old master never says " + message);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      pairing.endAnnouncements();
      complete.completeExceptionally(new IOException("it closed the connection"));
      gone.complete(null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      log.error("the connection to the old master is broken: {}", cause.toString());
      context.close();
    }
  }
}
