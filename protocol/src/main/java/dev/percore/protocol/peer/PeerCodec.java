package dev.percore.protocol.peer;

import dev.percore.protocol.ProtocolException;
import dev.percore.protocol.WireReader;
import dev.percore.protocol.WireWriter;
import dev.percore.protocol.peer.PeerMessage.Cancel;
import dev.percore.protocol.peer.PeerMessage.Declined;
import dev.percore.protocol.peer.PeerMessage.Done;
import dev.percore.protocol.peer.PeerMessage.Field;
import dev.percore.protocol.peer.PeerMessage.Part;
import dev.percore.protocol.peer.PeerMessage.Poke;
import dev.percore.protocol.peer.PeerMessage.Pull;
import dev.percore.protocol.peer.PeerMessage.Returned;
import dev.percore.protocol.peer.PeerMessage.Task;
import io.netty.buffer.ByteBuf;

/// Turns messages between workers into the payload of a frame and back: one byte that names the
/// type, and then the components in order. Stateless and thread-safe.
public final class PeerCodec {
  private static final int POKE = 1;
  private static final int PULL = 2;
  private static final int DECLINED = 3;
  private static final int TASK = 4;
  private static final int DONE = 5;
  private static final int RETURNED = 6;
  private static final int CANCEL = 7;
  private static final int PART = 8;

  private PeerCodec() {}

  /// Appends the message to `out`.
  public static void encode(PeerMessage message, ByteBuf out) {
    var wire = new WireWriter(out);
    switch (message) {
      case Poke() -> wire.type(POKE);
      case Pull() -> wire.type(PULL);
      case Declined() -> wire.type(DECLINED);
      case Task task ->
          wire.type(TASK)
              .int64(task.id())
              .flag(task.asked())
              .text(task.function())
              .text(task.method())
              .list(task.query(), PeerCodec::encode)
              .text(task.contentType())
              .text(task.client())
              .int64(task.remainingNanos())
              .int64(task.queuedNanos())
              .int32(task.bodyLength());
      case Done(long id, int status, var fields, int bodyLength) ->
          wire.type(DONE).int64(id).int32(status).list(fields, PeerCodec::encode).int32(bodyLength);
      case Returned(long id) -> wire.type(RETURNED).int64(id);
      case Cancel(long id) -> wire.type(CANCEL).int64(id);
      case Part(byte[] bytes, int offset, int length) -> {
        wire.type(PART);
        out.writeBytes(bytes, offset, length);
      }
    }
  }

  /// Reads one message, which must fill `in` exactly.
  ///
  /// @throws ProtocolException if the type is unknown, or the components do not fit the payload
  public static PeerMessage decode(ByteBuf in) throws ProtocolException {
    var wire = new WireReader(in);
    int type = wire.type();
    PeerMessage message =
        switch (type) {
          case POKE -> new Poke();
          case PULL -> new Pull();
          case DECLINED -> new Declined();
          case TASK ->
              new Task(
                  wire.int64(),
                  wire.flag(),
                  wire.text(),
                  wire.text(),
                  wire.list(PeerCodec::field),
                  wire.text(),
                  wire.text(),
                  wire.int64(),
                  wire.int64(),
                  length(wire));
          case DONE ->
              new Done(wire.int64(), wire.int32(), wire.list(PeerCodec::field), length(wire));
          case RETURNED -> new Returned(wire.int64());
          case CANCEL -> new Cancel(wire.int64());
          case PART -> part(in);
          default -> throw new ProtocolException("unknown message type " + type);
        };
    wire.end(type);
    return message;
  }

  private static void encode(Field field, WireWriter wire) {
    wire.text(field.name()).text(field.value());
  }

  private static Field field(WireReader wire) throws ProtocolException {
    return new Field(wire.text(), wire.text());
  }

  private static int length(WireReader wire) throws ProtocolException {
    int length = wire.int32();
    if (length < 0) {
      throw new ProtocolException("a content of " + length + " bytes");
    }
    return length;
  }

  private static Part part(ByteBuf in) {
    byte[] bytes = new byte[in.readableBytes()];
    in.readBytes(bytes);
    return new Part(bytes, 0, bytes.length);
  }
}
