package dev.percore.master.supervise;

import dev.percore.protocol.ControlMessage;

/// The way to say something to one worker. Messages to a worker that is gone vanish.
@FunctionalInterface
public interface WorkerLink {
  void send(ControlMessage.ToWorker message);
}
