package dev.percore.worker.calc.map;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The lines of an NDJSON body that has arrived whole. Lines with nothing but white space are
/// skipped.
final class LineElements extends WholeElements {
  private final byte[] body;
  private int position;

  LineElements(byte[] body) {
    this.body = body;
  }

  @Override
  public byte @Nullable [] next() {
    while (position < body.length) {
      int start = position;
      boolean blank = true;
      while (position < body.length && body[position] != '\n') {
        blank &= ArrayElements.isSpace(body[position]);
        position++;
      }
      int end = position;
      position++;
      if (!blank) {
        return Arrays.copyOfRange(body, start, end);
      }
    }
    return null;
  }
}
