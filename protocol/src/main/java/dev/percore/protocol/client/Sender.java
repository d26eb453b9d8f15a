package dev.percore.protocol.client;

import java.io.IOException;
import java.net.ProtocolException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Sends requests, each on a virtual thread and a connection of its own, so many at a time; others
/// wait in their order. Thread-safe.
final class Sender {
  private final Connections connections;
  private final Admission admission;
  private final Semaphore places;
  private final boolean retry;

  /// @param admission which each request leaves when it is over
  /// @param atATime how many are sent at a time
  /// @param retry whether one whose connection broke is sent once more
  Sender(Connections connections, Admission admission, int atATime, boolean retry) {
    this.connections = connections;
    this.admission = admission;
    this.places = new Semaphore(atATime, true);
    this.retry = retry;
  }

  /// Sends a request that the admission has let in.
  void send(Exchange exchange) {
    Thread.ofVirtual().name("pool-call").start(() -> run(exchange));
  }

  private void run(Exchange exchange) {
    try {
      // Outside of its place, since whoever hears of the end may have a call of its own to make.
      exchange.over(failure(exchange));
    } finally {
      admission.leave();
    }
  }

  private @Nullable Throwable failure(Exchange exchange) {
    places.acquireUninterruptibly();
    try {
      converse(exchange);
      return null;
    } catch (IOException lost) {
      return new ConnectionLostException(lost);
    } catch (RuntimeException | Error failure) {
      return failure;
    } finally {
      places.release();
    }
  }

  private void converse(Exchange exchange) throws IOException {
    try {
      attempt(exchange, connections.take());
    } catch (ProtocolException noHttp) {
      throw noHttp;
    } catch (IOException broken) {
      if (connections.isCut()) {
        throw new IOException("the pool is terminated", broken);
      }
      if (!retry || exchange.abort().isAborted()) {
        throw broken;
      }
      attempt(exchange, connections.open());
    }
  }

  private void attempt(Exchange exchange, HttpConnection connection) throws IOException {
    try {
      exchange.abort().use(connection);
      exchange.read(connection.exchange(exchange.request()));
    } finally {
      exchange.abort().leave();
      connections.giveBack(connection);
    }
  }
}
