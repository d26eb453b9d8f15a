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

  private static final Response FULL =
      unavailable(
          "io-queue-full",
          "Worker busy",
          "As many requests run and wait as may. Try again in a moment.");
  private static final Response STOPPING =
      unavailable("worker-stopping", "Worker stopping", "The worker stops; try again at once.");
  private static final Response FAILED =
      Response.problem(
          Problem.of(
              500,
              "handler-failed",
              "Handler failed",
              "The handler of this address failed; the server's log says why."));

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
  public void refuse(Refusal why) {
    meters.refused().increment();
    exchange.respond(
        switch (why) {
          case FULL -> FULL;
          case STOPPING -> STOPPING;
        });
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
    // A handler is foreign code: whatever it throws, or gives back that cannot be sent, must cost
    // this one request only.
    try {
      exchange.respond(answer(startedNanos));
    } catch (Throwable failure) {
      fail(failure);
    }
  }

  private Response answer(long startedNanos) throws Exception {
    try {
      return Objects.requireNonNull(
          handler.handle(exchange.request()), "the handler returned null");
    } finally {
      meters.runTime().record(System.nanoTime() - startedNanos, TimeUnit.NANOSECONDS);
    }
  }

  private void fail(Throwable failure) {
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    // First of all, since after some errors not even a log line may be possible.
    if (isFatal(failure)) {
      fatal.accept(failure);
    }
    Request request = exchange.request();
    LOG.error(
        "handler {} failed on {} {}", handler.name(), request.method(), request.rawPath(), failure);
    exchange.respond(FAILED);
  }

  // A stack overflow is unwound completely and leaves the JVM whole, so a request that makes a
  // handler recurse too deep must not end the worker.
  private static boolean isFatal(Throwable failure) {
    return failure instanceof VirtualMachineError && !(failure instanceof StackOverflowError);
  }

  private static Response unavailable(String type, String title, String detail) {
    return Response.problem(Problem.of(503, type, title, detail)).with("Retry-After", "1");
  }
}
