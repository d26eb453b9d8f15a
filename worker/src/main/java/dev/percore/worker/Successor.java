package dev.percore.worker;

import dev.percore.protocol.ControlMessage.ClientConnection;
import dev.percore.protocol.ControlMessage.HandOver;
import dev.percore.protocol.DescriptorSender;
import dev.percore.worker.http.server.Heir;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;

/// The worker that follows, reached by way of the master.
record Successor(DescriptorSender<HandOver> sender) implements Heir {
  @Override
  public boolean isReady() {
    return sender.isReady();
  }

  @Override
  public void whenReady(Runnable action) {
    sender.whenReady(action);
  }

  @Override
  public Future<?> take(ClientConnection connection, FileDescriptor descriptor) {
    return sender.send(new HandOver(connection), descriptor);
  }
}
