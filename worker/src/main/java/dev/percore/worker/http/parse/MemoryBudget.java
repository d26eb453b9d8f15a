package dev.percore.worker.http.parse;

/// How much memory the requests of all connections of a worker may hold together, from their first
/// byte until they are answered. Without it, clients that never finish could fill the heap within
/// the limits of each single request. For one thread.
public final class MemoryBudget {
  private static final int SHARE_OF_HEAP = 4;

  private final long limitBytes;
  private long heldBytes;

  public MemoryBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /// A quarter of the largest heap: the rest is for handlers and answers.
  public static MemoryBudget ofHeap() {
    return new MemoryBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  /// How much is taken.
  public long heldBytes() {
    return heldBytes;
  }

  /// Gives back what was taken.
  public void give(long bytes) {
    heldBytes -= bytes;
  }

  /// Takes memory, for as long as it is held.
  ///
  /// @throws RequestRejectedException if there is not so much left; nothing is taken then
  public void take(long bytes) throws RequestRejectedException {
    if (bytes > limitBytes - heldBytes) {
      throw RequestRejectedException.tooMuchInFlight();
    }
    heldBytes += bytes;
  }
}
