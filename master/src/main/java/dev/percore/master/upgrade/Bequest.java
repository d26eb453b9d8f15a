package dev.percore.master.upgrade;

import dev.percore.master.upgrade.UpgradeMessage.WithDescriptor;
import dev.percore.protocol.ControlMessage.ClientConnection;
import dev.percore.protocol.DescriptorSender;
import dev.percore.protocol.UnixSockets;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The old master's side of an upgrade: waits for the new master on a Unix socket and gives it
/// copies of all sockets. The new one connects twice: first for messages, then for descriptors.
/// Confined to the master's event loop.
final class Bequest implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Bequest.class);

  private final LongPredicate isHeir;
  private final List<Item> items;
  private final UpgradeMessage.Complete last;
  private final Runnable onServing;
  private final Channel listener;
  private @Nullable Channel messages;
  private @Nullable Channel descriptors;
  private @Nullable DescriptorSender<WithDescriptor> sender;

  /// Something to be given away, of which this side keeps its own copy.
  record Item(WithDescriptor message, FileDescriptor descriptor) {}

  /// Begins to listen.
  ///
  /// @param isHeir whether the process of that pid is the new master
  /// @param last what is said when all items have been given
  /// @param onServing run on the event loop when the new master serves
  /// @throws IOException if the socket cannot be made
  Bequest(
      EventLoopGroup loop,
      Path socket,
      LongPredicate isHeir,
      List<Item> items,
      UpgradeMessage.Complete last,
      Runnable onServing)
      throws IOException {
    this.isHeir = isHeir;
    this.items = List.copyOf(items);
    this.last = last;
    this.onServing = onServing;
    this.listener = UnixSockets.listen(loop, socket, this::accept);
  }

  private void accept(EpollDomainSocketChannel channel, long pid) {
    if (!isHeir.test(pid) || descriptors != null) {
      log.warn("process {} connected for an upgrade, but is not the new master", pid);
      channel.close();
    } else if (messages == null) {
      UpgradeMessage.addCodecTo(channel.pipeline());
      channel.pipeline().addLast(new Receiver());
      messages = channel;
    } else {
      descriptors = channel;
      DescriptorSender<WithDescriptor> to =
          new DescriptorSender<>(channel, messages::writeAndFlush);
      sender = to;
      // The channel is not registered yet; what is written now would fail.
      channel.eventLoop().execute(() -> giveAll(to));
    }
  }

  private void giveAll(DescriptorSender<WithDescriptor> to) {
    Future<?> last = null;
    for (Item item : items) {
      last = to.send(item.message(), item.descriptor());
    }
    if (last != null) {
      last.addListener(_ -> complete());
    }
  }

  private void complete() {
    Channel target = messages;
    if (target != null) {
      target.writeAndFlush(last);
    }
  }

  /// Gives a client's connection.
  ///
  /// @param whenSent run when the descriptor is on its way or lost; it may be closed then
  void give(ClientConnection connection, FileDescriptor descriptor, Runnable whenSent) {
    DescriptorSender<WithDescriptor> to = sender;
    if (to == null) {
      whenSent.run();
    } else {
      to.send(new UpgradeMessage.Connection(connection), descriptor)
          .addListener(_ -> whenSent.run());
    }
  }

  @Override
  public void close() {
    listener.close();
    if (messages != null) {
      messages.close();
    }
    if (descriptors != null) {
      descriptors.close();
    }
  }

  private final class Receiver extends SimpleChannelInboundHandler<UpgradeMessage> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, UpgradeMessage message) {
      switch (message) {
        case UpgradeMessage.Serving() -> onServing.run();
        case UpgradeMessage.Received() -> {
          if (sender != null) {
            sender.received();
          }
        }
        case UpgradeMessage.Complete _, WithDescriptor _ ->
            throw new IllegalStateException("a new master never says " + message);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      log.error("the connection to the new master is broken: {}", cause.toString());
      context.close();
    }
  }
}
