package dev.percore.master.supervise;

import dev.percore.protocol.ControlMessage;
import io.netty.channel.unix.FileDescriptor;

/// The way to say something to one worker. Messages to a worker that is gone vanish.
public interface WorkerLink {
  void send(ControlMessage.ToWorker message);

  /// Sends a message that announces a descriptor, and the descriptor.
  ///
  /// @param whenSent run when the descriptor is on its way or lost; it may be closed then
  void send(ControlMessage.ToWorker message, FileDescriptor descriptor, Runnable whenSent);
}
