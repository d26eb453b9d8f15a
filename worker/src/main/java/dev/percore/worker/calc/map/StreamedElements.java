package dev.percore.worker.calc.map;

import dev.percore.worker.api.Problem;
import dev.percore.worker.calc.ProblemException;
import dev.percore.worker.http.RequestLines;
import org.jspecify.annotations.Nullable;

/// The lines of an NDJSON body, while it arrives.
final class StreamedElements implements Elements {
  private final RequestLines lines;
  private @Nullable Problem givenUp;
  private boolean over;

  StreamedElements(RequestLines lines) {
    this.lines = lines;
  }

  @Override
  public byte @Nullable [] next() throws ProblemException {
    if (over) {
      return null;
    }
    byte[] line = givenUp == null ? lines.next() : null;
    if (line == null && (givenUp != null || lines.isOver())) {
      over = true;
      Problem problem = givenUp == null ? lines.problem() : givenUp;
      if (problem != null) {
        throw new ProblemException(problem);
      }
    }
    return line;
  }

  @Override
  public boolean isOver() {
    return over;
  }

  @Override
  public void onMore(Runnable action) {
    lines.onMore(action);
  }

  @Override
  public void release(long bytes) {
    lines.release(bytes);
  }

  @Override
  public void giveUp(Problem why) {
    givenUp = why;
  }
}
