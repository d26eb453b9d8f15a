package dev.percore.master.link;

import dev.percore.master.supervise.WorkerProcess;
import dev.percore.master.supervise.WorkerState;
import dev.percore.protocol.ControlMessage.Sibling;
import dev.percore.protocol.posix.PosixException;
import dev.percore.protocol.posix.SocketPair;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Connects workers of the same generation with each other. Those of different ones may have
/// different functions and stay strangers. Confined to the master's event loop.
public final class Introductions {
  private static final Logger log = LoggerFactory.getLogger(Introductions.class);

  /// Connects a worker with all others that it may exchange tasks with. To be called once for each,
  /// when it is ready.
  public void introduce(WorkerProcess newcomer, Collection<WorkerProcess> processes) {
    if (newcomer.state() != WorkerState.READY) {
      return;
    }
    newcomer.introduced();
    for (WorkerProcess other : processes) {
      if (other != newcomer
          && other.isIntroduced()
          && other.state() == WorkerState.READY
          && other.generation().number() == newcomer.generation().number()) {
        connect(newcomer, other);
      }
    }
  }

  private static void connect(WorkerProcess one, WorkerProcess other) {
    try {
      SocketPair pair = SocketPair.open();
      send(one, new Sibling(other.slot(), other.pid()), pair.one());
      send(other, new Sibling(one.slot(), one.pid()), pair.other());
    } catch (PosixException refused) {
      log.warn("{} and {} exchange no tasks: {}", one, other, refused.getMessage());
    }
  }

  private static void send(WorkerProcess worker, Sibling message, int descriptor) {
    FileDescriptor end = new FileDescriptor(descriptor);
    worker.tell(message, end, _ -> close(end));
  }

  private static void close(FileDescriptor descriptor) {
    try {
      descriptor.close();
    } catch (IOException failure) {
      log.warn("a connection between workers cannot be closed here: {}", failure.getMessage());
    }
  }
}
