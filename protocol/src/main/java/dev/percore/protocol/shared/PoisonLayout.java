package dev.percore.protocol.shared;

/// Where things lie in a [PoisonTable]: a header, the entries in buckets, and then a row for each
/// process.
final class PoisonLayout {
  /// Calls that are kept in mind. Each has cost a worker, so they do not become many.
  static final int ENTRIES = 1024;

  /// Entries of a bucket.
  static final int WAYS = 8;

  /// Longest name of a function.
  static final int NAME_MAX = 64;

  // The header.
  static final long MAGIC_AT = 0;
  static final long HASH_KEY_0_AT = 8;
  static final long HASH_KEY_1_AT = 16;
  static final long ROWS_AT = 24;

  /// How many calls are refused; on a cache line of its own with the next, since each call of each
  /// worker reads them.
  static final long MARKED_AT = 64;

  /// How many calls are kept in mind.
  static final long KNOWN_AT = 72;

  static final long HEADER_BYTES = 128;

  // An entry.
  static final long FINGERPRINT = 0;
  static final long UNTIL = 8;
  static final long DEATHS = 16;
  static final long LAST_DEATH = 24;
  static final long REFUSALS = 32;
  static final long ENTRY_NAME = 40;
  static final long COMPLETED = ENTRY_NAME + Long.BYTES + NAME_MAX;
  static final long ENTRY_BYTES = 128;

  // A row.
  static final long RUNNING = 0;
  static final long STARTED = 8;
  static final long ROW_NAME = 16;
  static final long AGAIN = ROW_NAME + Long.BYTES + NAME_MAX;
  static final long ROW_BYTES = 128;

  private PoisonLayout() {}

  static long bytes(int rows) {
    return row(rows);
  }

  static long entry(int number) {
    return HEADER_BYTES + number * ENTRY_BYTES;
  }

  static long row(int number) {
    return entry(ENTRIES) + number * ROW_BYTES;
  }

  /// The first entry of the bucket that a fingerprint belongs to.
  static int home(long fingerprint) {
    return (int) Long.remainderUnsigned(fingerprint, ENTRIES / WAYS) * WAYS;
  }
}
