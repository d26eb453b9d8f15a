package dev.percore.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// Writes the components of a message: integers in network order, texts as UTF-8 after their
/// length in bytes, lists and maps after their size.
public final class WireWriter {
  private final ByteBuf out;

  public WireWriter(ByteBuf out) {
    this.out = out;
  }

  public WireWriter type(int type) {
    out.writeByte(type);
    return this;
  }

  public WireWriter flag(boolean value) {
    out.writeByte(value ? 1 : 0);
    return this;
  }

  public WireWriter int32(int value) {
    out.writeInt(value);
    return this;
  }

  public WireWriter int64(long value) {
    out.writeLong(value);
    return this;
  }

  public WireWriter float64(double value) {
    out.writeDouble(value);
    return this;
  }

  public WireWriter duration(Duration value) {
    return int64(value.toNanos());
  }

  public WireWriter text(String value) {
    int lengthAt = out.writerIndex();
    out.writeInt(0);
    out.setInt(lengthAt, ByteBufUtil.writeUtf8(out, value));
    return this;
  }

  public WireWriter bytes(byte[] value) {
    out.writeInt(value.length).writeBytes(value);
    return this;
  }

  public <T> WireWriter list(List<T> values, BiConsumer<T, WireWriter> encoder) {
    int32(values.size());
    for (T value : values) {
      encoder.accept(value, this);
    }
    return this;
  }

  public WireWriter map(Map<String, String> values) {
    int32(values.size());
    values.forEach((key, value) -> text(key).text(value));
    return this;
  }
}
