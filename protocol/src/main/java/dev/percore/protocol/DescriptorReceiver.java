package dev.percore.protocol;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.FileDescriptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The end of a connection for descriptors: gives each that arrives to the pairing.
public final class DescriptorReceiver extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(DescriptorReceiver.class);

  private final DescriptorPairing<?> pairing;
  private final Runnable onEnd;

  /// @param onEnd run when the connection is closed: nothing more can be lent or handed over
  public DescriptorReceiver(DescriptorPairing<?> pairing, Runnable onEnd) {
    this.pairing = pairing;
    this.onEnd = onEnd;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    onEnd.run();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    pairing.arrived((FileDescriptor) message);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // What is lost here would shift all pairs that follow.
    log.error("the connection for descriptors is broken: {}", cause.toString());
    context.close();
  }
}
