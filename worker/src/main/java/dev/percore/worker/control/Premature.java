package dev.percore.worker.control;

import dev.percore.protocol.ControlMessage.ClientConnection;
import dev.percore.protocol.ControlMessage.Lend;
import dev.percore.protocol.ControlMessage.PoolState;
import dev.percore.protocol.ControlMessage.Sibling;
import io.netty.channel.unix.FileDescriptor;

/// Refuses orders that come before the worker has said that it is prepared. Only reopening the
/// logs may come at any time; a worker that starts has just opened them.
final class Premature implements MasterLink.Orders {
  @Override
  public void accept(Lend lend, FileDescriptor socket) {
    throw tooEarly(lend);
  }

  @Override
  public void serve() {
    throw tooEarly("serve");
  }

  @Override
  public void giveBack(int slot) {
    throw tooEarly("return " + slot);
  }

  // It has nothing to accept from yet.
  @Override
  public void acceptNoMore(boolean handOver) {}

  @Override
  public void takeOver(ClientConnection connection, FileDescriptor descriptor) {
    throw tooEarly(connection);
  }

  @Override
  public void meet(Sibling sibling, FileDescriptor descriptor) {
    throw tooEarly(sibling);
  }

  // It drains before it has begun, and takes no work anyhow.
  @Override
  public void usePool(PoolState state) {}

  @Override
  public void reopenLogs() {}

  private static IllegalStateException tooEarly(Object order) {
    return new IllegalStateException("not prepared yet for: " + order);
  }
}
