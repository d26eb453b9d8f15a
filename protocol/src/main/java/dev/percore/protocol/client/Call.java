package dev.percore.protocol.client;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One call of a function. Whatever completes the future before the answer is there, such as
/// `cancel` and `orTimeout`, gives the call up.
final class Call implements Exchange {
  private final String function;
  private final byte[] arguments;
  private final CompletableFuture<Result> future = new CompletableFuture<>();
  private final Abort abort = new Abort();
  private @Nullable Result result;

  /// @param arguments a JSON object
  Call(String function, byte[] arguments) {
    this.function = function;
    this.arguments = arguments;
    var _ = future.whenComplete((_, _) -> abort.abort());
  }

  CompletableFuture<Result> future() {
    return future;
  }

  @Override
  public HttpRequest request() {
    return new HttpRequest("POST", "/calc/" + function, "application/json", arguments);
  }

  @Override
  public void read(HttpAnswer answer) throws IOException {
    result = Result.of(answer);
  }

  @Override
  public void over(@Nullable Throwable failure) {
    if (failure != null) {
      future.completeExceptionally(failure);
    } else {
      future.complete(result);
    }
  }

  @Override
  public Abort abort() {
    return abort;
  }
}
