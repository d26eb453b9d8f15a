package dev.percore.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads what [WireWriter] wrote, and trusts none of it: each length is held against what is
/// left of the frame before anything is allocated.
public final class WireReader {
  private final ByteBuf in;

  public WireReader(ByteBuf in) {
    this.in = in;
  }

  /// Reads one component of a list.
  @FunctionalInterface
  public interface Decoder<T> {
    T decode(WireReader wire) throws ProtocolException;
  }

  public int type() throws ProtocolException {
    require(Byte.BYTES);
    return in.readUnsignedByte();
  }

  public boolean flag() throws ProtocolException {
    require(Byte.BYTES);
    byte value = in.readByte();
    if (value != 0 && value != 1) {
      throw new ProtocolException("a flag of " + value);
    }
    return value == 1;
  }

  public int int32() throws ProtocolException {
    require(Integer.BYTES);
    return in.readInt();
  }

  public long int64() throws ProtocolException {
    require(Long.BYTES);
    return in.readLong();
  }

  public double float64() throws ProtocolException {
    require(Double.BYTES);
    return in.readDouble();
  }

  public Duration duration() throws ProtocolException {
    return Duration.ofNanos(int64());
  }

  public String text() throws ProtocolException {
    int length = size();
    return in.readCharSequence(length, StandardCharsets.UTF_8).toString();
  }

  public byte[] bytes() throws ProtocolException {
    byte[] bytes = new byte[size()];
    in.readBytes(bytes);
    return bytes;
  }

  public <T> List<T> list(Decoder<T> decoder) throws ProtocolException {
    int size = size();
    List<T> values = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      values.add(decoder.decode(this));
    }
    return values;
  }

  public Map<String, String> map() throws ProtocolException {
    int size = size();
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      values.put(text(), text());
    }
    return values;
  }

  public void end(int type) throws ProtocolException {
    if (in.isReadable()) {
      throw new ProtocolException(
          in.readableBytes() + " bytes too many after a message of type " + type);
    }
  }

  // Whatever is counted takes at least a byte each, so no count can exceed the bytes left.
  private int size() throws ProtocolException {
    int size = int32();
    if (size < 0 || size > in.readableBytes()) {
      throw new ProtocolException(
          "a length of " + size + ", but " + in.readableBytes() + " bytes left in the frame");
    }
    return size;
  }

  private void require(int bytes) throws ProtocolException {
    if (in.readableBytes() < bytes) {
      throw new ProtocolException(
          "the frame ends early: " + bytes + " bytes wanted, " + in.readableBytes() + " left");
    }
  }
}
