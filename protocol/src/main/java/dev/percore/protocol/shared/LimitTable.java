package dev.percore.protocol.shared;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/// What all workers know of their clients, in a file that they map: for each client how far it
/// is ahead of its rate, and how many requests and connections each worker holds for it.
///
/// Nobody ever waits for another: each change is one atomic write, so that a process which stops
/// or dies in the middle of one leaves nothing half done. A key stays where it is until another
/// takes its place; moments and counts carry a part of the key that they belong to, and count for
/// nothing under another. A count is written by one thread of one process alone, its column's,
/// and by the master when that process has ended.
///
/// What is not exact, and does no harm: two clients whose 64 bits of keyed hash are the same are
/// one; a client that is forgotten in the very moment in which it comes back has that one request
/// not counted.
public final class LimitTable {
  /// Instead of an entry, where all that could be forgotten holds something.
  public static final int NONE = -1;

  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final int MOMENT_TAG_BITS = 12;
  private static final long MOMENT_TAG = (1L << MOMENT_TAG_BITS) - 1;
  private static final long COUNTS = 0xffff_ffffL;

  private final MemorySegment memory;
  private final Layout layout;
  private final SipHash hash;
  private final long createdNanos;
  private final AtomicLong forgotten = new AtomicLong();
  private final AtomicLong unheeded = new AtomicLong();

  private LimitTable(MemorySegment memory) {
    this.memory = memory;
    this.layout = TableFile.layout(memory);
    this.hash = new SipHash(read(Layout.HASH_KEY_0), read(Layout.HASH_KEY_1));
    this.createdNanos = read(Layout.CREATED);
  }

  /// Makes a table and its file, which only its owner may open.
  ///
  /// @param entries how many clients it keeps in mind
  /// @param columns how many processes count in it at a time
  /// @throws IOException if the file is there already, or has no room on its disk
  public static LimitTable create(Path file, int entries, int columns) throws IOException {
    return new LimitTable(TableFile.create(file, Layout.of(entries, columns)));
  }

  /// Maps the table that another process has made.
  ///
  /// @throws IOException if the file cannot be opened or is no such table
  public static LimitTable open(Path file) throws IOException {
    return new LimitTable(TableFile.open(file));
  }

  /// A table of this process alone.
  public static LimitTable inMemory(int entries, int columns) {
    return new LimitTable(TableFile.inMemory(Layout.of(entries, columns)));
  }

  /// The key of a client, the same in each process and never 0.
  public long key(byte[] client) {
    long key = hash.of(client);
    return key == 0 ? 1 : key;
  }

  /// How many clients it keeps in mind.
  public int capacity() {
    return layout.entries();
  }

  /// How many processes count in it at a time.
  public int columns() {
    return layout.columns();
  }

  /// Places that some client has ever taken.
  public long used() {
    return read(Layout.USED);
  }

  /// How often this process has had to forget a client that was ahead of its rate.
  public long forgotten() {
    return forgotten.get();
  }

  /// How often this process has found no place for a client, which then had no limits.
  public long unheeded() {
    return unheeded.get();
  }

  /// Lets a request through, or tells how long it is too early.
  ///
  /// @param nowNanos of [System#nanoTime], which is one clock for all processes of a Linux
  ///     machine
  /// @return nanoseconds until the next request may come; 0 if this one may pass and was
  ///     counted
  public long take(long key, Pace pace, long nowNanos) {
    long now = ticks(nowNanos);
    int entry = locate(key, now);
    if (entry == NONE) {
      return 0;
    }
    long offset = layout.moment(entry);
    while (true) {
      long word = read(offset);
      long ahead = ahead(word, key, now);
      if (ahead <= pace.toleranceTicks()) {
        if (swap(offset, word, moment(now + ahead + pace.intervalTicks(), key))) {
          return 0;
        }
      } else if (ahead <= pace.aheadMax()) {
        return (ahead - pace.toleranceTicks()) * Pace.NANOS_PER_TICK;
      } else if (swap(offset, word, moment(now + pace.aheadMax(), key))) {
        // A slower pace held before. Its debt is not to outlive it.
        return pace.intervalTicks() * Pace.NANOS_PER_TICK;
      }
    }
  }

  /// Counts one more in a column.
  ///
  /// @param column for one thread alone
  /// @return the entry, for [#release], or [#NONE] if it was not counted
  public int hold(int column, long key, Holding what, long nowNanos) {
    while (true) {
      int entry = locate(key, ticks(nowNanos));
      if (entry == NONE) {
        return NONE;
      }
      long offset = layout.cell(entry, column);
      long counts = counts(read(offset), key);
      if (what.isFull(counts)) {
        return NONE;
      }
      write(offset, cell(key, counts + what.one()));
      if (read(layout.key(entry)) == key) {
        return entry;
      }
      write(offset, cell(key, counts)); // another client took the place meanwhile
    }
  }

  /// How many all columns together hold.
  ///
  /// @param entry of the key
  public int held(int entry, long key, Holding what) {
    int sum = 0;
    for (int column = 0; column < layout.columns(); column++) {
      sum += what.in(counts(read(layout.cell(entry, column)), key));
    }
    return sum;
  }

  /// Takes back what [#hold] has counted.
  public void release(int column, int entry, long key, Holding what) {
    long offset = layout.cell(entry, column);
    long counts = counts(read(offset), key);
    if (what.in(counts) > 0) {
      write(offset, cell(key, counts - what.one()));
    }
  }

  /// Forgets what a process held that has ended.
  public void clear(int column) {
    for (int entry = 0; entry < layout.entries(); entry++) {
      long offset = layout.cell(entry, column);
      if (read(offset) != 0) {
        write(offset, 0);
      }
    }
  }

  // Finds the entry of a key, or makes one. The entries of a bucket fill from the first one on and
  // never become free again, so nothing lies behind a free one.
  private int locate(long key, long now) {
    int home = layout.home(key);
    int entry = home;
    while (entry < home + Layout.WAYS) {
      long found = read(layout.key(entry));
      if (found == key) {
        return entry;
      }
      if (found != 0) {
        entry++;
      } else if (swap(layout.key(entry), 0, key)) {
        LONG.getAndAdd(memory, Layout.USED, 1L);
        return entry;
      }
    }
    return replace(home, key, now);
  }

  // Takes the place of the client in the bucket that has the least to remember. One that has run
  // dry and holds nothing has nothing to remember at all.
  private int replace(int home, long key, long now) {
    while (true) {
      int victim = NONE;
      long victimKey = 0;
      long least = Long.MAX_VALUE;
      for (int entry = home; entry < home + Layout.WAYS; entry++) {
        long found = read(layout.key(entry));
        if (found == key) {
          return entry;
        }
        long ahead = ahead(read(layout.moment(entry)), found, now);
        if (ahead < least && !holds(entry, found)) {
          victim = entry;
          victimKey = found;
          least = ahead;
        }
      }
      if (victim == NONE) {
        unheeded.incrementAndGet();
        return NONE;
      }
      if (swap(layout.key(victim), victimKey, key)) {
        if (least > 0) {
          forgotten.incrementAndGet();
        }
        return victim;
      }
    }
  }

  private boolean holds(int entry, long key) {
    for (int column = 0; column < layout.columns(); column++) {
      if (counts(read(layout.cell(entry, column)), key) != 0) {
        return true;
      }
    }
    return false;
  }

  // A cell is the lower half of its key, then the counts.
  private static long cell(long key, long counts) {
    return (key << 32) | counts;
  }

  private static long counts(long cell, long key) {
    return (int) (cell >>> 32) == (int) key ? cell & COUNTS : 0;
  }

  // A word is 52 bits of time, nine years in ticks, then 12 bits of the key that it belongs to.
  private static long moment(long ticks, long key) {
    return (ticks << MOMENT_TAG_BITS) | (key & MOMENT_TAG);
  }

  private static long ahead(long word, long key, long now) {
    if ((word & MOMENT_TAG) != (key & MOMENT_TAG)) {
      return 0;
    }
    long difference = ((word >>> MOMENT_TAG_BITS) - now) << MOMENT_TAG_BITS;
    return Math.max(0, difference >> MOMENT_TAG_BITS);
  }

  private long ticks(long nowNanos) {
    return Math.floorDiv(nowNanos - createdNanos, Pace.NANOS_PER_TICK);
  }

  private long read(long offset) {
    return (long) LONG.getVolatile(memory, offset);
  }

  private void write(long offset, long value) {
    LONG.setVolatile(memory, offset, value);
  }

  private boolean swap(long offset, long expected, long value) {
    return LONG.compareAndSet(memory, offset, expected, value);
  }
}
