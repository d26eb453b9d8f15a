package dev.percore.protocol.shared;

import dev.percore.protocol.posix.KernelRandom;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Calls at which workers have died, and the call that each worker computes, in memory that the
/// master and all workers map.
///
/// The master alone writes entries, on one thread; workers read them, and count there what they
/// refuse and complete. A worker alone writes its row; the master reads it when the worker has
/// died. Where all entries of a bucket are taken, the one whose last death is the longest ago is
/// forgotten.
public final class PoisonTable {
  private static final long MAGIC = 0x5065_7263_506f_6931L; // "PercPoi1"
  private static final int ALIGNMENT_BYTES = 64;

  private final SharedWords words;
  private final SipHash hash;

  /// What is known of a call.
  ///
  /// @param deaths of workers, not too far apart
  /// @param lastDeathNanos by [System#nanoTime]
  /// @param untilNanos when it is no longer refused, by the same; 0 if it is not refused
  /// @param refusals by all workers
  /// @param completed how often it has come to its end since the last death
  public record Entry(
      String function,
      long fingerprint,
      int deaths,
      long lastDeathNanos,
      long untilNanos,
      long refusals,
      long completed) {

    /// Whether it is refused at that moment.
    public boolean isMarked(long nowNanos) {
      return untilNanos != 0 && untilNanos - nowNanos > 0;
    }

    private Entry notMarked() {
      return new Entry(function, fingerprint, deaths, lastDeathNanos, 0, refusals, completed);
    }
  }

  private PoisonTable(MemorySegment memory) {
    this.words = new SharedWords(memory);
    this.hash =
        new SipHash(words.get(PoisonLayout.HASH_KEY_0_AT), words.get(PoisonLayout.HASH_KEY_1_AT));
  }

  /// Makes an empty table in a new file that only its owner may open.
  ///
  /// @param rows how many processes have room
  public static PoisonTable create(Path file, int rows) throws IOException {
    return format(MappedFile.create(file, PoisonLayout.bytes(rows)), rows, newKey());
  }

  /// Makes a table in a new file, under the key and with the entries of another one.
  ///
  /// @param nowNanos entries of later deaths are left out: they are of another life of the machine
  public static PoisonTable create(Path file, int rows, PoisonTable former, long nowNanos)
      throws IOException {
    PoisonTable table =
        format(MappedFile.create(file, PoisonLayout.bytes(rows)), rows, former.hash);
    table.inherit(former, nowNanos);
    return table;
  }

  /// Makes an empty table without a file.
  public static PoisonTable inMemory(int rows) {
    return format(
        Arena.ofAuto().allocate(PoisonLayout.bytes(rows), ALIGNMENT_BYTES), rows, newKey());
  }

  /// Maps a table that is there.
  public static PoisonTable open(Path file) throws IOException {
    MemorySegment memory = MappedFile.open(file);
    SharedWords words = new SharedWords(memory);
    if (memory.byteSize() < PoisonLayout.bytes(0)
        || words.get(PoisonLayout.MAGIC_AT) != MAGIC
        || PoisonLayout.bytes((int) words.get(PoisonLayout.ROWS_AT)) != memory.byteSize()) {
      throw new IOException(file + " is no table of poison, or one of another version");
    }
    return new PoisonTable(memory);
  }

  private static SipHash newKey() {
    return new SipHash(KernelRandom.nextLong(), KernelRandom.nextLong());
  }

  private static PoisonTable format(MemorySegment memory, int rows, SipHash key) {
    SharedWords words = new SharedWords(memory);
    words.set(PoisonLayout.HASH_KEY_0_AT, key.k0());
    words.set(PoisonLayout.HASH_KEY_1_AT, key.k1());
    words.set(PoisonLayout.ROWS_AT, rows);
    words.set(PoisonLayout.MAGIC_AT, MAGIC);
    return new PoisonTable(memory);
  }

  /// Begins the fingerprint of a call.
  public Fingerprint fingerprint() {
    return new Fingerprint(hash);
  }

  /// Whether any call is refused; one load, for the hot path.
  public boolean hasMarked() {
    return words.get(PoisonLayout.MARKED_AT) != 0;
  }

  /// What is known of a call.
  public Optional<Entry> find(long fingerprint) {
    long at = locate(fingerprint);
    return at == 0 ? Optional.empty() : Optional.of(entry(at)).filter(e -> is(e, fingerprint));
  }

  // It may have been replaced while it was read.
  private boolean is(Entry entry, long fingerprint) {
    return entry.fingerprint() == fingerprint && locate(fingerprint) != 0;
  }

  /// Counts a refusal.
  ///
  /// @return those before it
  public long refused(long fingerprint) {
    long at = locate(fingerprint);
    return at == 0 ? 0 : words.increment(at + PoisonLayout.REFUSALS);
  }

  /// Counts a call that has come to its end, if it is one of those that are kept in mind: a call
  /// that does is not what workers die of. One load while there are none, for the hot path.
  public void completed(long fingerprint) {
    if (words.get(PoisonLayout.KNOWN_AT) != 0) {
      long at = locate(fingerprint);
      if (at != 0) {
        var _ = words.increment(at + PoisonLayout.COMPLETED);
      }
    }
  }

  /// Where a process notes what it computes.
  public CallRow row(int number) {
    return new CallRow(words, rowAt(number));
  }

  /// How many processes have room.
  public int rows() {
    return (int) words.get(PoisonLayout.ROWS_AT);
  }

  /// What the process of a row computes.
  public Optional<RunningCall> running(int number) {
    long row = rowAt(number);
    long fingerprint = words.get(row + PoisonLayout.RUNNING);
    return fingerprint == 0
        ? Optional.empty()
        : Optional.of(
            new RunningCall(
                words.name(row + PoisonLayout.ROW_NAME, PoisonLayout.NAME_MAX),
                fingerprint,
                words.get(row + PoisonLayout.STARTED),
                words.get(row + PoisonLayout.AGAIN) != 0));
  }

  private long rowAt(int number) {
    if (number < 0 || number >= rows()) {
      throw new IllegalArgumentException("there is no row " + number + ": " + rows() + " rows");
    }
    return PoisonLayout.row(number);
  }

  /// Empties the row of a process that has ended.
  public void clear(int number) {
    words.set(rowAt(number) + PoisonLayout.RUNNING, 0);
  }

  /// A worker died at a call. It counts as another death if the call has not come to its end since
  /// the one before, and began after that, or because of it: what takes several workers at the
  /// same time is most likely something else.
  ///
  /// @param limit deaths from which on the call is refused
  /// @param window after so long a death does not count any more
  /// @param refuse how long it is refused
  /// @return what is known of it now
  public Entry died(RunningCall call, long nowNanos, int limit, Duration window, Duration refuse) {
    Entry before =
        find(call.fingerprint())
            .filter(entry -> entry.completed() == 0)
            .filter(entry -> nowNanos - entry.lastDeathNanos() < window.toNanos())
            .orElse(null);
    boolean followed = before == null || call.startedNanos() - before.lastDeathNanos() > 0;
    if (before != null && !followed && !call.again()) {
      return before;
    }
    int deaths = before == null ? 1 : before.deaths() + 1;
    long until = deaths >= limit ? nonZero(nowNanos + refuse.toNanos()) : 0;
    long refusals = before == null ? 0 : before.refusals();
    put(new Entry(call.function(), call.fingerprint(), deaths, nowNanos, until, refusals, 0));
    return find(call.fingerprint()).orElseThrow();
  }

  /// Forgets a call.
  ///
  /// @return whether it was known
  public boolean forget(long fingerprint) {
    long at = locate(fingerprint);
    if (at != 0) {
      free(at);
    }
    return at != 0;
  }

  /// Forgets the calls that have come to their end since, and those that are refused no more and
  /// whose deaths count no more.
  public void expire(long nowNanos, Duration window) {
    if (words.get(PoisonLayout.KNOWN_AT) == 0) {
      return;
    }
    for (Entry entry : entries()) {
      boolean counts = nowNanos - entry.lastDeathNanos() < window.toNanos();
      if (entry.completed() > 0 || (!entry.isMarked(nowNanos) && !counts)) {
        var _ = forget(entry.fingerprint());
      } else if (!entry.isMarked(nowNanos) && entry.untilNanos() != 0) {
        put(entry.notMarked());
      }
    }
  }

  /// All calls at which workers have died.
  public List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < PoisonLayout.ENTRIES; i++) {
      long at = PoisonLayout.entry(i);
      if (words.get(at + PoisonLayout.FINGERPRINT) != 0) {
        entries.add(entry(at));
      }
    }
    return entries;
  }

  /// Takes over what another table knows that has the same key; of two that know the same call, the
  /// later death counts.
  ///
  /// @param nowNanos later deaths are left out: they are of another life of the machine
  public void inherit(PoisonTable former, long nowNanos) {
    if (!former.hash.equals(hash)) {
      return;
    }
    for (Entry entry : former.entries()) {
      boolean later =
          find(entry.fingerprint())
              .map(own -> entry.lastDeathNanos() - own.lastDeathNanos() > 0)
              .orElse(true);
      if (later && entry.lastDeathNanos() - nowNanos <= 0) {
        put(entry);
      }
    }
  }

  private long locate(long fingerprint) {
    int home = PoisonLayout.home(fingerprint);
    for (int i = home; i < home + PoisonLayout.WAYS; i++) {
      long at = PoisonLayout.entry(i);
      if (words.get(at + PoisonLayout.FINGERPRINT) == fingerprint) {
        return at;
      }
    }
    return 0;
  }

  private Entry entry(long at) {
    return new Entry(
        words.name(at + PoisonLayout.ENTRY_NAME, PoisonLayout.NAME_MAX),
        words.get(at + PoisonLayout.FINGERPRINT),
        (int) words.get(at + PoisonLayout.DEATHS),
        words.get(at + PoisonLayout.LAST_DEATH),
        words.get(at + PoisonLayout.UNTIL),
        words.get(at + PoisonLayout.REFUSALS),
        words.get(at + PoisonLayout.COMPLETED));
  }

  private void put(Entry entry) {
    long at = locate(entry.fingerprint());
    if (at == 0) {
      at = vacate(PoisonLayout.home(entry.fingerprint()));
      words.name(at + PoisonLayout.ENTRY_NAME, entry.function(), PoisonLayout.NAME_MAX);
      words.set(at + PoisonLayout.REFUSALS, entry.refusals());
      words.set(PoisonLayout.KNOWN_AT, words.get(PoisonLayout.KNOWN_AT) + 1);
    }
    words.set(at + PoisonLayout.COMPLETED, entry.completed());
    mark(at, entry.untilNanos());
    words.set(at + PoisonLayout.DEATHS, entry.deaths());
    words.set(at + PoisonLayout.LAST_DEATH, entry.lastDeathNanos());
    words.set(at + PoisonLayout.FINGERPRINT, entry.fingerprint()); // last: now it can be found
  }

  /// A free entry of a bucket, or that of the earliest death, which is freed.
  private long vacate(int home) {
    long victim = PoisonLayout.entry(home);
    for (int i = home; i < home + PoisonLayout.WAYS; i++) {
      long at = PoisonLayout.entry(i);
      if (words.get(at + PoisonLayout.FINGERPRINT) == 0) {
        return at;
      }
      if (words.get(at + PoisonLayout.LAST_DEATH) - words.get(victim + PoisonLayout.LAST_DEATH)
          < 0) {
        victim = at;
      }
    }
    free(victim);
    return victim;
  }

  private void free(long at) {
    words.set(at + PoisonLayout.FINGERPRINT, 0);
    words.set(PoisonLayout.KNOWN_AT, words.get(PoisonLayout.KNOWN_AT) - 1);
    mark(at, 0);
  }

  private void mark(long at, long untilNanos) {
    long marked = words.get(PoisonLayout.MARKED_AT);
    long was = words.get(at + PoisonLayout.UNTIL) == 0 ? 0 : 1;
    words.set(at + PoisonLayout.UNTIL, untilNanos);
    words.set(PoisonLayout.MARKED_AT, marked - was + (untilNanos == 0 ? 0 : 1));
  }

  private static long nonZero(long nanos) {
    return nanos == 0 ? 1 : nanos;
  }
}
