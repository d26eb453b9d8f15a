package dev.percore.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.MessageToMessageCodec;
import java.util.List;

/// Puts the control protocol on a Netty channel, in [Frames]. Handlers behind it read and write
/// [ControlMessage]s.
public final class ControlPipeline {

  /// Longest payload of a frame, in bytes. The largest message is a worker's metrics, some 100
  /// KB.
  public static final int MAX_FRAME_BYTES = 8 << 20;

  private ControlPipeline() {}

  /// Adds framing and codec at the end of the pipeline.
  public static void addTo(ChannelPipeline pipeline) {
    pipeline.addLast(Frames.decoder(MAX_FRAME_BYTES), new MessageCodec());
  }

  /// A message in its frame, the caller's to write or to release. The pipeline lets it pass as it
  /// is, so that a long one can be encoded by another thread than the event loop.
  public static ByteBuf encode(ByteBufAllocator allocator, ControlMessage message) {
    return Frames.encode(allocator, frame -> ControlCodec.encode(message, frame));
  }

  private static final class MessageCodec extends MessageToMessageCodec<ByteBuf, ControlMessage> {
    @Override
    protected void encode(ChannelHandlerContext context, ControlMessage message, List<Object> out) {
      out.add(ControlPipeline.encode(context.alloc(), message));
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf frame, List<Object> out)
        throws ProtocolException {
      out.add(ControlCodec.decode(frame));
    }
  }
}
