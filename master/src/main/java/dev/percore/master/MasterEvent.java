package dev.percore.master;

import dev.percore.master.supervise.WorkerLink;
import dev.percore.protocol.ControlMessage;
import dev.percore.protocol.ControlMessage.ClientConnection;
import dev.percore.protocol.Signal;
import dev.percore.protocol.WorkerExit;
import io.netty.channel.unix.FileDescriptor;

/// Everything that can happen to a master. Events come from any thread and are applied one by
/// one on the master's event loop.
sealed interface MasterEvent {

  /// A signal arrived; `senderPid` is 0 where it is not known.
  record SignalArrived(Signal signal, int senderPid) implements MasterEvent {}

  /// A worker process has ended.
  record WorkerExited(long pid, WorkerExit exit) implements MasterEvent {}

  /// A worker can be talked to.
  record WorkerAttached(long pid, WorkerLink link) implements MasterEvent {}

  /// A worker said something.
  record WorkerSaid(long pid, ControlMessage.ToMaster message) implements MasterEvent {}

  /// A worker hands over a client's connection.
  record ConnectionHandedOver(long pid, ClientConnection connection, FileDescriptor descriptor)
      implements MasterEvent {}

  /// A worker's event loop has ended, most likely because the process was killed.
  record WorkerLoopEnded(long pid) implements MasterEvent {}

  /// A worker's control connection has closed.
  record WorkerDetached(long pid) implements MasterEvent {}

  /// Somebody with the right to do so asked for a stop.
  record StopRequested(StopMode mode) implements MasterEvent {}

  /// Time has passed.
  record Tick() implements MasterEvent {}
}
