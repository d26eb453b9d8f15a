package dev.percore.protocol.peer;

import dev.percore.protocol.Frames;
import dev.percore.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.MessageToMessageCodec;
import java.util.List;

/// Puts the workers' protocol on a Netty channel, in [Frames]. Handlers behind it read and write
/// [PeerMessage]s.
public final class PeerPipeline {
  /// Longest payload of a frame, in bytes. The longest message is a part, or a task with the query
  /// of a long request line.
  public static final int MAX_FRAME_BYTES = 1 << 20;

  private PeerPipeline() {}

  /// Adds framing and codec at the end of the pipeline.
  public static void addTo(ChannelPipeline pipeline) {
    pipeline.addLast(Frames.decoder(MAX_FRAME_BYTES), new MessageCodec());
  }

  /// Writes a message that has a content, and the content, without a copy of it. On the channel's
  /// event loop, so that nothing comes between.
  ///
  /// @param content not to be changed until the future is done
  /// @return done when the last byte is with the kernel
  public static ChannelFuture write(Channel channel, PeerMessage head, byte[] content) {
    ChannelFuture last = channel.write(head);
    for (int at = 0; at < content.length; at += PeerMessage.Part.LENGTH_MAX) {
      int length = Math.min(PeerMessage.Part.LENGTH_MAX, content.length - at);
      last = channel.write(new PeerMessage.Part(content, at, length));
    }
    channel.flush();
    return last;
  }

  private static final class MessageCodec extends MessageToMessageCodec<ByteBuf, PeerMessage> {
    private static final int PART_HEAD_BYTES = Integer.BYTES + 1;

    @Override
    protected void encode(ChannelHandlerContext context, PeerMessage message, List<Object> out) {
      if (message instanceof PeerMessage.Part(byte[] bytes, int offset, int length)) {
        ByteBuf head = context.alloc().buffer(PART_HEAD_BYTES);
        PeerCodec.encode(new PeerMessage.Part(bytes, offset, 0), head.writeInt(1 + length));
        out.add(head);
        out.add(Unpooled.wrappedBuffer(bytes, offset, length));
        return;
      }
      out.add(Frames.encode(context.alloc(), frame -> PeerCodec.encode(message, frame)));
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf frame, List<Object> out)
        throws ProtocolException {
      out.add(PeerCodec.decode(frame));
    }
  }
}
