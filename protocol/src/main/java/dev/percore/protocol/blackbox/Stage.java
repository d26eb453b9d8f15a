package dev.percore.protocol.blackbox;

/// How far a request in flight has come.
public enum Stage {
  /// Its handler runs on the event loop. There is one such request at most: where a loop is
  /// stuck, this is the one.
  ON_LOOP(1),
  /// It waits for, or runs in, the I/O pool or the compute lane.
  ASIDE(2),
  /// Its answer is being sent.
  SENDING(3);

  private final int code;

  /// @param code how it is written; 0 is a free cell
  Stage(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
