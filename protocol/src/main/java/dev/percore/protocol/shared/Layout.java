package dev.percore.protocol.shared;

/// Where things lie in a table: a header, then the buckets, then a row of cells for each entry.
/// A bucket is two cache lines: the keys of its entries, and their moments. A row has a cell for
/// each column.
///
/// @param buckets how many
/// @param columns how many processes can count at a time
record Layout(int buckets, int columns) {
  /// Entries of a bucket.
  static final int WAYS = 8;

  static final long MAGIC = 0;
  static final long CREATED = 8;
  static final long HASH_KEY_0 = 16;
  static final long HASH_KEY_1 = 24;
  static final long BUCKETS = 32;
  static final long COLUMNS = 40;

  /// Entries that have ever been in use; on a cache line of its own.
  static final long USED = 64;

  static final long HEADER_BYTES = 128;
  private static final long BUCKET_BYTES = 2L * WAYS * Long.BYTES;

  /// The smallest table for so many entries, with rows of whole cache lines.
  static Layout of(int entries, int columns) {
    return new Layout(Math.ceilDiv(entries, WAYS), Math.ceilDiv(columns, WAYS) * WAYS);
  }

  int entries() {
    return buckets * WAYS;
  }

  long bytes() {
    return cell(entries(), 0);
  }

  /// The first entry of the bucket that a key belongs to.
  int home(long key) {
    return (int) Math.unsignedMultiplyHigh(key, buckets) * WAYS;
  }

  /// Where an entry's key lies.
  long key(int entry) {
    return HEADER_BYTES + entry / WAYS * BUCKET_BYTES + (long) (entry % WAYS) * Long.BYTES;
  }

  /// Where the moment lies at which an entry's bucket runs dry.
  long moment(int entry) {
    return key(entry) + (long) WAYS * Long.BYTES;
  }

  /// Where a column's count for an entry lies.
  long cell(int entry, int column) {
    return HEADER_BYTES + buckets * BUCKET_BYTES + ((long) entry * columns + column) * Long.BYTES;
  }
}
