package common;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/// What goes on beside the caller, on a thread of its own: the common pool has but one where there
/// are two cores, and who waits for its place there is late.
public final class Background {
  private Background() {}

  public static <T> CompletableFuture<T> start(Callable<T> task) {
    var result = new CompletableFuture<T>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                result.complete(task.call());
              } catch (Exception failure) {
                result.completeExceptionally(failure);
              }
            });
    return result;
  }
}
