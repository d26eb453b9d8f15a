package dev.percore.worker.calc.map;

import dev.percore.worker.api.Problem;
import dev.percore.worker.http.RequestLines;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Lines that arrive when the test says so. For one thread.
final class FakeLines implements RequestLines {
  private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();
  private boolean ended;
  private @Nullable Problem problem;
  private @Nullable Runnable action;
  int taken;
  long held;

  /// More of them, and the taker is told.
  void arrive(String... lines) {
    for (String line : lines) {
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      held += bytes.length;
      arrived.add(bytes);
    }
    tell();
  }

  /// That was all.
  void end(@Nullable Problem why) {
    ended = true;
    problem = why;
    tell();
  }

  private void tell() {
    Runnable told = action;
    if (told != null && (ended || !arrived.isEmpty())) {
      action = null;
      told.run();
    }
  }

  boolean areAwaited() {
    return action != null;
  }

  @Override
  public byte @Nullable [] next() {
    byte[] line = arrived.poll();
    taken += line == null ? 0 : 1;
    return line;
  }

  @Override
  public boolean isOver() {
    return ended && arrived.isEmpty();
  }

  @Override
  public @Nullable Problem problem() {
    return problem;
  }

  @Override
  public void release(long bytes) {
    held -= bytes;
  }

  @Override
  public void onMore(Runnable action) {
    this.action = action;
  }
}
