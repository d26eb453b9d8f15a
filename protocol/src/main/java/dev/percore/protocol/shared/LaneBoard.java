package dev.percore.protocol.shared;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/// What the compute lanes of all workers have to do, in memory that all of them map: so a worker
/// sees at the price of a load from memory whether a sibling idles, or has tasks that wait.
///
/// A row is one cache line and belongs to one process, which alone writes to it, but for the word
/// by which another one claims its attention. What is read may be out of date at once: it says whom
/// to ask, and never decides about a task. Thread-safe.
public final class LaneBoard {
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final long MAGIC = 0x5065_7263_4c61_6e31L; // "PercLan1"
  private static final int LINE = 64;

  private static final long PID = 0;
  private static final long STATE = 8;
  private static final long WAITING_NANOS = 16;
  private static final long CLAIMED_AT = 24;
  private static final long OPEN = 1L << 32;
  private static final long BUSY = 1L << 33;

  /// How long a claim holds. Whoever made it may have died.
  private static final long CLAIM_NANOS = 50_000_000;

  private final MemorySegment memory;

  private LaneBoard(MemorySegment memory) {
    this.memory = memory;
  }

  /// Makes an empty board in a new file that only its owner may open.
  public static LaneBoard create(Path file, int rows) throws IOException {
    return format(MappedFile.create(file, bytes(rows)));
  }

  /// Makes an empty board without a file.
  public static LaneBoard inMemory(int rows) {
    return format(Arena.ofAuto().allocate(bytes(rows), LINE));
  }

  /// Maps a board that is there.
  public static LaneBoard open(Path file) throws IOException {
    MemorySegment memory = MappedFile.open(file);
    if (memory.byteSize() < 2 * LINE || (long) LONG.getVolatile(memory, 0L) != MAGIC) {
      throw new IOException(file + " is no board of lanes, or one of another version");
    }
    return new LaneBoard(memory);
  }

  // The first line is for what tells a board.
  private static long bytes(int rows) {
    return (rows + 1L) * LINE;
  }

  private static LaneBoard format(MemorySegment memory) {
    LONG.setVolatile(memory, 0L, MAGIC);
    return new LaneBoard(memory);
  }

  /// How many processes have room.
  public int rows() {
    return (int) (memory.byteSize() / LINE) - 1;
  }

  /// Takes a row for a process.
  public void occupy(int row, long pid) {
    clear(row);
    set(row, PID, pid);
  }

  /// The row of a process, or -1.
  public int rowOf(long pid) {
    for (int row = 0; row < rows(); row++) {
      if (get(row, PID) == pid) {
        return row;
      }
    }
    return -1;
  }

  /// Forgets a process that has ended.
  public void clear(int row) {
    set(row, PID, 0);
    set(row, STATE, 0);
    set(row, WAITING_NANOS, 0);
    set(row, CLAIMED_AT, 0);
  }

  /// Says what a lane has to do.
  ///
  /// @param open whether it takes tasks of others
  /// @param busy whether a task runs
  /// @param waiting tasks that wait and may move
  /// @param waitingNanos how long those that wait will run, as far as that is known
  public void publish(int row, boolean open, boolean busy, int waiting, long waitingNanos) {
    set(row, WAITING_NANOS, waitingNanos);
    set(row, STATE, (open ? OPEN : 0) | (busy ? BUSY : 0) | waiting);
  }

  /// Whether that process's lane would take a task and has none.
  public boolean isIdle(int row, long pid) {
    return get(row, PID) == pid && get(row, STATE) == OPEN;
  }

  /// Tasks that wait there and may move; 0 if the row is not that process's.
  public int waiting(int row, long pid) {
    return get(row, PID) == pid ? (int) get(row, STATE) : 0;
  }

  /// How long those tasks will run, as far as that is known.
  public long waitingNanos(int row) {
    return get(row, WAITING_NANOS);
  }

  /// Claims the attention of an idle lane, so that only one of its siblings bothers it.
  ///
  /// @param nowNanos on the clock of [System#nanoTime], which all processes of a machine share
  /// @return whether nobody else has it
  public boolean claim(int row, long nowNanos) {
    long last = get(row, CLAIMED_AT);
    return (last == 0 || nowNanos - last > CLAIM_NANOS)
        && LONG.compareAndSet(memory, offset(row, CLAIMED_AT), last, nowNanos | 1);
  }

  /// Gives the attention back.
  public void unclaim(int row) {
    set(row, CLAIMED_AT, 0);
  }

  private long get(int row, long field) {
    return (long) LONG.getVolatile(memory, offset(row, field));
  }

  private void set(int row, long field, long value) {
    LONG.setVolatile(memory, offset(row, field), value);
  }

  private static long offset(int row, long field) {
    return (row + 1L) * LINE + field;
  }
}
