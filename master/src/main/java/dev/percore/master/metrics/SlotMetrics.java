package dev.percore.master.metrics;

import dev.percore.protocol.metrics.MetricFamily;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The figures of one slot over all the processes that it had: what only grows is carried over
/// when a process ends, so it never goes down; all else is the youngest process's. Confined to
/// the master's event loop.
final class SlotMetrics {
  private List<MetricFamily> retired = List.of();
  private final Map<Long, List<MetricFamily>> live = new LinkedHashMap<>();

  /// The latest figures of a living process.
  void update(long pid, List<MetricFamily> families) {
    live.put(pid, families);
  }

  /// The latest figures of a living process; empty before the first.
  List<MetricFamily> of(long pid) {
    return live.getOrDefault(pid, List.of());
  }

  /// A process has ended: its last figures are kept where they count.
  void retire(long pid) {
    List<MetricFamily> last = live.remove(pid);
    if (last != null) {
      retired = new CumulativeSum().add(retired).add(last).families();
    }
  }

  List<MetricFamily> families() {
    if (retired.isEmpty() && live.size() == 1) {
      return live.values().iterator().next(); // its first process, with nothing to add up
    }
    CumulativeSum sum = new CumulativeSum().add(retired);
    List<MetricFamily> youngest = List.of();
    for (List<MetricFamily> families : live.values()) {
      sum.add(families);
      youngest = families;
    }
    List<MetricFamily> all = new ArrayList<>(sum.families());
    for (MetricFamily family : youngest) {
      if (!CumulativeSum.isCumulative(family)) {
        all.add(family);
      }
    }
    return all;
  }
}
