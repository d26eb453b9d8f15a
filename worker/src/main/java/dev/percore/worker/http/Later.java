package dev.percore.worker.http;

import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Response;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Something to answer from that is made when it is first asked for and kept. Documents take tens
/// of milliseconds of a cold JVM: a start has no time for those that perhaps nobody reads, and an
/// event loop has none at all, so they are made on a thread of their own. To be asked on the event
/// loop alone.
public final class Later<T> {
  private static final Logger log = LoggerFactory.getLogger(Later.class);

  private static final Problem NOT_MADE =
      Problem.of(
          500,
          "internal-error",
          "Internal error",
          "The server failed to make this document. Its log knows more.");

  private final String name;
  private final Supplier<T> maker;
  private @Nullable CompletableFuture<T> made;

  /// @param name of the thread that makes it
  /// @param maker asked once
  public Later(String name, Supplier<T> maker) {
    this.name = name;
    this.maker = maker;
  }

  /// Answers from it, at once if it is there.
  public void answer(Exchange exchange, Function<? super T, Response> answer) {
    var _ =
        made()
            .thenAccept(value -> exchange.respond(answer.apply(value)))
            .exceptionally(
                _ -> {
                  exchange.respond(NOT_MADE);
                  return null;
                });
  }

  private CompletableFuture<T> made() {
    CompletableFuture<T> present = made;
    if (present == null) {
      present =
          CompletableFuture.supplyAsync(
              this::make, making -> Thread.ofPlatform().name(name).daemon().start(making));
      made = present;
    }
    return present;
  }

  // Told once, not to each who asks.
  private T make() {
    try {
      return maker.get();
    } catch (RuntimeException | Error failure) {
      log.error("{} could not be made", name, failure);
      throw failure;
    }
  }
}
