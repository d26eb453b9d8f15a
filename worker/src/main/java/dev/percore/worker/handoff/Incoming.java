package dev.percore.worker.handoff;

import dev.percore.protocol.ProtocolException;
import dev.percore.protocol.peer.PeerMessage;
import dev.percore.protocol.peer.PeerMessage.Done;
import dev.percore.protocol.peer.PeerMessage.Part;
import dev.percore.protocol.peer.PeerMessage.Task;
import org.jspecify.annotations.Nullable;

/// Puts a message and the parts of its content together. Confined to one event loop.
final class Incoming {
  private static final byte[] NOTHING = {};

  private @Nullable PeerMessage head;
  private byte[] content = NOTHING;
  private int filled;

  /// A message with all its content.
  record Whole(PeerMessage head, byte[] content) {}

  /// Takes the next message.
  ///
  /// @return what is whole now, or null
  /// @throws ProtocolException if the parts do not fit the message
  @Nullable Whole take(PeerMessage message) throws ProtocolException {
    return switch (message) {
      case Task task -> begin(task, task.bodyLength());
      case Done done -> begin(done, done.bodyLength());
      case Part part -> append(part);
      case PeerMessage.Poke _,
          PeerMessage.Pull _,
          PeerMessage.Declined _,
          PeerMessage.Returned _,
          PeerMessage.Cancel _ ->
          begin(message, 0);
    };
  }

  private @Nullable Whole begin(PeerMessage message, int length) throws ProtocolException {
    if (head != null) {
      throw new ProtocolException((content.length - filled) + " bytes missing before " + message);
    }
    if (length == 0) {
      return new Whole(message, NOTHING);
    }
    head = message;
    content = new byte[length];
    filled = 0;
    return null;
  }

  private @Nullable Whole append(Part part) throws ProtocolException {
    PeerMessage whole = head;
    if (whole == null || part.length() > content.length - filled) {
      throw new ProtocolException("a part of " + part.length() + " bytes that nobody announced");
    }
    System.arraycopy(part.bytes(), part.offset(), content, filled, part.length());
    filled += part.length();
    if (filled < content.length) {
      return null;
    }
    Whole result = new Whole(whole, content);
    head = null;
    content = NOTHING;
    return result;
  }
}
