package dev.percore.master.evidence;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The last ends of workers, the latest last. Confined to the master's event loop.
public final class WorkerHistory {
  /// Some hundred kilobytes.
  static final int LENGTH = 1000;

  private final Deque<WorkerEnd> ends = new ArrayDeque<>();

  void add(WorkerEnd end) {
    if (ends.size() == LENGTH) {
      ends.removeFirst();
    }
    ends.addLast(end);
  }

  /// What there is, the latest last.
  public List<WorkerEnd> ends() {
    return List.copyOf(ends);
  }
}
