package dev.percore.master.supervise;

import dev.percore.protocol.ControlMessage;
import io.netty.channel.unix.FileDescriptor;

/// The way to say something to one worker. Messages to a worker that is gone vanish.
public interface WorkerLink {
  void send(ControlMessage.ToWorker message);

  /// Sends a message that announces a descriptor, and the descriptor.
  ///
  /// @param whenSent told when a copy of the descriptor is on its way, or will never be
  void send(ControlMessage.ToWorker message, FileDescriptor descriptor, Sent whenSent);

  /// Told what became of a descriptor. This side's own copy may be closed then.
  @FunctionalInterface
  interface Sent {
    void done(boolean isOnItsWay);
  }
}
