package dev.percore.master.reload;

import dev.percore.master.metrics.MetricsCollector;
import dev.percore.master.supervise.Supervisor;
import dev.percore.master.supervise.WorkerProcess;
import dev.percore.protocol.ControlMessage.Lend;
import dev.percore.protocol.ControlMessage.Return;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts workers to the test for a [Canary]: by their figures, and by requests over a socket
/// that it makes for that. Confined to the master's event loop.
public final class Examiner implements Canary.Surroundings {
  private static final Logger log = LoggerFactory.getLogger(Examiner.class);

  /// The slot of the private socket, which no worker has.
  private static final int NO_SLOT = -1;

  private static final int BACKLOG = 16;

  private final Supervisor supervisor;
  private final MetricsCollector figures;
  private final Path socketPath;
  private final GoldenClient client;

  /// @param socketPath where the private socket may be for a while
  public Examiner(
      Supervisor supervisor, MetricsCollector figures, EventLoopGroup loop, Path socketPath) {
    this.supervisor = supervisor;
    this.figures = figures;
    this.socketPath = socketPath;
    this.client = new GoldenClient(loop, new DomainSocketAddress(socketPath.toFile()));
  }

  @Override
  public Conduct conduct(Predicate<WorkerProcess> which) {
    return Conduct.of(
        supervisor.wanted().stream()
            .flatMap(slot -> slot.serving().stream())
            .filter(which)
            .flatMap(worker -> figures.of(worker).stream())
            .toList());
  }

  @Override
  public CompletionStage<Optional<String>> ask(WorkerProcess worker, List<String> paths) {
    if (paths.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    try {
      Socket socket = listen();
      worker.tell(new Lend(NO_SLOT, "unix:" + socketPath), socket, _ -> {});
      return client
          .ask(paths)
          .whenComplete(
              (_, _) -> {
                worker.tell(new Return(NO_SLOT));
                close(socket);
              });
    } catch (IOException failure) {
      return CompletableFuture.completedFuture(
          Optional.of("the golden requests could not be sent: " + failure.getMessage()));
    }
  }

  private Socket listen() throws IOException {
    Files.deleteIfExists(socketPath);
    Socket socket = Socket.newSocketDomain();
    try {
      socket.bind(new DomainSocketAddress(socketPath.toFile()));
      socket.listen(BACKLOG);
      return socket;
    } catch (IOException failure) {
      socket.close();
      throw failure;
    }
  }

  private void close(Socket socket) {
    try {
      socket.close();
      Files.deleteIfExists(socketPath);
    } catch (IOException failure) {
      log.warn("the socket of the golden requests stays: {}", failure.getMessage());
    }
  }
}
