package dev.percore.worker.http.parse;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Heads that were read lately. A client that asks for the same once more, over its connection or
/// another one, as probes, scrapers and programs that poll do, sends the same octets; they are
/// compared then, and what they say is known. For one thread; all who use it have the same limits.
///
/// Clients that ask for the same target with different heads take turns in one place, and pay for a
/// comparison each time.
public final class HeadCache {
  private static final int SLOTS = 16;

  /// Longer ones are not kept, so that all of them are no more than some kilobytes.
  private static final int OCTETS_MAX = 1024;

  /// As many as the place of a head depends on, and fewer than the shortest has.
  private static final int OCTETS_MIN = 15;

  private final ParsedRequest.@Nullable Head[] heads = new ParsedRequest.Head[SLOTS];
  private final boolean[] wanted = new boolean[SLOTS];

  /// The head that begins at `start`, if it is here; all of it has arrived then.
  ParsedRequest.@Nullable Head find(byte[] octets, int start, int end) {
    if (end - start < OCTETS_MIN) {
      return null;
    }
    int slot = slot(octets, start);
    ParsedRequest.Head head = heads[slot];
    if (head == null) {
      return null;
    }
    byte[] known = head.octets();
    boolean same =
        end - start >= known.length
            && Arrays.equals(octets, start, start + known.length, known, 0, known.length);
    if (!same) {
      return null;
    }
    wanted[slot] = true;
    return head;
  }

  /// Keeps the head of a request that has no body. One whose query was decoded holds more memory
  /// than its octets tell, so it is not kept.
  void keep(ParsedRequest.Head head) {
    byte[] octets = head.octets();
    if (octets.length <= OCTETS_MAX && head.target().query() == null) {
      int slot = slot(octets, 0);
      heads[slot] = head;
      wanted[slot] = true;
    }
  }

  /// Forgets those that were not wanted since the last call, since credentials may be in them. To
  /// be called each second.
  public void forget() {
    for (int i = 0; i < SLOTS; i++) {
      if (!wanted[i]) {
        heads[i] = null;
      }
      wanted[i] = false;
    }
  }

  // By some octets of the target, where heads differ most.
  private static int slot(byte[] octets, int start) {
    int mixed = octets[start + 5];
    mixed = 31 * mixed + octets[start + 8];
    mixed = 31 * mixed + octets[start + 11];
    mixed = 31 * mixed + octets[start + 14];
    return (mixed ^ mixed >>> 4) & SLOTS - 1;
  }
}
