package dev.percore.worker.http.parse;

/// Lends room to note where fields begin and end. One is enough for an event loop as long as heads
/// arrive whole, and a connection that is idle has none. For one thread.
final class OffsetRoom {
  private static final int FIELDS_INITIAL = 12;

  /// What a request with many fields has grown beyond that is not kept for others.
  private static final int FIELDS_KEPT_MAX = 100;

  private static final int[] NONE = {};

  private int[] spare = NONE;

  /// Room for some fields at least.
  int[] take() {
    int[] taken = spare;
    spare = NONE;
    return taken.length == 0 ? new int[FIELDS_INITIAL * FieldSectionParser.STRIDE] : taken;
  }

  /// Takes it back, from whoever does not use it any more.
  void give(int[] room) {
    if (room.length <= FIELDS_KEPT_MAX * FieldSectionParser.STRIDE) {
      spare = room;
    }
  }
}
