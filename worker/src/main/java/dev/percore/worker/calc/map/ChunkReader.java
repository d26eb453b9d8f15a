package dev.percore.worker.calc.map;

import dev.percore.worker.api.Problem;
import dev.percore.worker.calc.Catalogue;
import dev.percore.worker.calc.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Puts elements together to chunks, of those that have arrived: nobody knows when the next one
/// will. Guarded by the [MapRun].
final class ChunkReader {
  /// Bytes of elements in one chunk, but for one element that is longer by itself.
  private static final int BYTES_MAX = 256 * 1024;

  private final Catalogue.Entry entry;
  private final Elements elements;
  private final ChunkSize size;
  private final Runnable whenMore;
  private long nextIndex;
  private boolean over;
  private boolean awaiting;

  /// @param size elements of each chunk, or 0 to find out
  /// @param whenMore run on the event loop when it is worth while to read on
  ChunkReader(Catalogue.Entry entry, Elements elements, int size, Runnable whenMore) {
    this.entry = entry;
    this.elements = elements;
    this.size = new ChunkSize(size);
    this.whenMore = whenMore;
  }

  /// Whether there are no more elements.
  boolean isOver() {
    return over;
  }

  /// Whether there may be elements to read now.
  boolean canRead() {
    return !over && !awaiting;
  }

  /// Something has arrived.
  void arrived() {
    awaiting = false;
  }

  /// Reads a chunk into the window, if there is one. Where the body is broken, the problem stands
  /// in the place of the element that would have been next.
  ///
  /// @throws ProblemException if that is the first one
  void read(Queue<Slot> window) throws ProblemException {
    List<byte[]> chunk = new ArrayList<>();
    Problem broken = fill(chunk);
    if (!chunk.isEmpty()) {
      window.add(new Slot(new Chunk(entry, nextIndex, chunk)));
      nextIndex += chunk.size();
    }
    if (broken == null) {
      return;
    }
    if (nextIndex == 0) {
      throw new ProblemException(broken);
    }
    Lines last = new Lines();
    last.add(nextIndex, broken);
    Slot slot = new Slot(null);
    slot.outcomes.add(last.bytes());
    window.add(slot);
  }

  /// The first elements of a chunk have their outcomes.
  void done(Chunk chunk, int count) {
    elements.release(chunk.bytes(count));
  }

  /// Some elements have taken so long.
  void learn(int count, long micros) {
    size.learn(count, micros);
  }

  /// Nothing that has not arrived yet is computed any more.
  void giveUp(Problem why) {
    elements.giveUp(why);
    awaiting = false;
  }

  private @Nullable Problem fill(List<byte[]> chunk) {
    int bytes = 0;
    try {
      while (chunk.size() < size.get() && bytes < BYTES_MAX) {
        byte[] element = elements.next();
        if (element == null) {
          endOrWait();
          return null;
        }
        chunk.add(element);
        bytes += element.length;
      }
      return null;
    } catch (ProblemException e) {
      over = true;
      return e.problem();
    }
  }

  private void endOrWait() {
    over = elements.isOver();
    if (!over) {
      awaiting = true;
      elements.onMore(whenMore);
    }
  }
}
