package dev.percore.worker.io;

import dev.percore.worker.api.BlockingHandler;
import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.Exchange;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One request on its way through the I/O pool. It is answered exactly once, unless its client
/// left before its turn came.
final class BlockingCall implements IoTask {
  private static final Logger LOG = LoggerFactory.getLogger(BlockingCall.class);

  private static final Response REFUSED =
      Response.problem(
              Problem.of(
                  503,
                  "overloaded",
                  "The server is overloaded",
                  "Every thread of the I/O pool is busy and its queue is full. Try again soon."))
          .with("Retry-After", "1");

  private static final Response FAILED =
      Response.problem(
          Problem.of(
              500,
              "internal-error",
              "The server failed",
              "The handler of this address failed. The server's log says why."));

  private final Exchange exchange;
  private final BlockingHandler handler;
  private final IoMetrics.HandlerMeters meters;
  private final Consumer<Throwable> fatal;
  private final long acceptedNanos = System.nanoTime();
  private volatile boolean abandoned;

  BlockingCall(
      Exchange exchange,
      BlockingHandler handler,
      IoMetrics.HandlerMeters meters,
      Consumer<Throwable> fatal) {
    this.exchange = exchange;
    this.handler = handler;
    this.meters = meters;
    this.fatal = fatal;
  }

  /// The client is gone: the call is not worth its turn any more.
  void abandon() {
    abandoned = true;
  }

  @Override
  public void refuse() {
    meters.refused().increment();
    exchange.respond(REFUSED);
  }

  @Override
  public void run() {
    long startedNanos = System.nanoTime();
    meters.queueTime().record(startedNanos - acceptedNanos, TimeUnit.NANOSECONDS);
    if (abandoned) {
      return;
    }
    // Libraries of a plugin look for their own parts by the thread's class loader.
    Thread.currentThread().setContextClassLoader(handler.getClass().getClassLoader());
    Response response = answer();
    meters.runTime().record(System.nanoTime() - startedNanos, TimeUnit.NANOSECONDS);
    exchange.respond(response);
  }

  // A handler is foreign code: whatever it throws must cost this one request only.
  private Response answer() {
    try {
      return Objects.requireNonNull(
          handler.handle(exchange.request()), "the handler returned null");
    } catch (Throwable failure) {
      if (failure instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      // First of all, since after some errors not even a log line may be possible.
      if (isFatal(failure)) {
        fatal.accept(failure);
      }
      Request request = exchange.request();
      LOG.error(
          "handler {} failed on {} {}",
          handler.name(),
          request.method(),
          request.rawPath(),
          failure);
      return FAILED;
    }
  }

  // A stack overflow is unwound completely and leaves the JVM whole, so a request that makes a
  // handler recurse too deep must not end the worker.
  private static boolean isFatal(Throwable failure) {
    return failure instanceof VirtualMachineError && !(failure instanceof StackOverflowError);
  }
}
