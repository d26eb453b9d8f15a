package dev.percore.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.util.function.Consumer;

/// The framing of our own protocols: a frame is the length of its payload in four bytes (network
/// order), and the payload. Stateless and thread-safe.
public final class Frames {
  private static final int LENGTH_BYTES = Integer.BYTES;

  private Frames() {}

  /// A new decoder, which hands on the payloads.
  ///
  /// @param payloadBytesMax longest payload that it takes
  public static LengthFieldBasedFrameDecoder decoder(int payloadBytesMax) {
    return new LengthFieldBasedFrameDecoder(
        payloadBytesMax + LENGTH_BYTES, 0, LENGTH_BYTES, 0, LENGTH_BYTES);
  }

  /// A whole frame, which is the caller's to release.
  ///
  /// @param payload appends the payload
  public static ByteBuf encode(ByteBufAllocator allocator, Consumer<ByteBuf> payload) {
    ByteBuf frame = allocator.buffer();
    try {
      frame.writeInt(0);
      payload.accept(frame);
      return frame.setInt(0, frame.readableBytes() - LENGTH_BYTES);
    } catch (RuntimeException | Error failure) {
      frame.release();
      throw failure;
    }
  }
}
