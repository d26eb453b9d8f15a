package dev.percore.worker.calc.map;

import dev.percore.worker.api.Problem;

/// Elements that have all arrived.
abstract class WholeElements implements Elements {
  @Override
  public final boolean isOver() {
    return true;
  }

  @Override
  public final void onMore(Runnable action) {
    throw new IllegalStateException("there is never more to come");
  }

  @Override
  public final void release(long bytes) {
    // The body is held whole, for as long as the request.
  }

  @Override
  public final void giveUp(Problem why) {
    // Each of them is there to be reported.
  }
}
