package dev.percore.protocol.blackbox;

import dev.percore.protocol.posix.DeathNotice;
import dev.percore.protocol.posix.PosixException;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// The worker's side of its black box.
///
/// The methods for requests are for the event loop alone, allocate nothing and take some tens of
/// nanoseconds; [#log] may be called from any thread.
public final class BlackBoxWriter {
  /// A longer entry, such as a deep stack trace, is cut, so that it does not drive out all
  /// others.
  static final int LOG_ENTRY_MAX = 8 << 10;

  private static final byte[] CUT = "\n\t... (cut)\n".getBytes(StandardCharsets.US_ASCII);

  /// Stands for a request that found no free cell.
  private static final int NO_CELL = -1;

  private final ByteBuffer box;
  private final int[] freeCells = new int[Layout.CELLS];
  private final String[] notedMethods = new String[Layout.CELLS];
  private final String[] notedPaths = new String[Layout.CELLS];
  private int freeCount = Layout.CELLS;
  private long unrecorded;
  private long logged;

  private BlackBoxWriter(ByteBuffer box) {
    this.box = box.order(ByteOrder.nativeOrder());
    for (int i = 0; i < freeCells.length; i++) {
      freeCells[i] = freeCells.length - 1 - i; // the first cell is taken first
    }
    Arrays.fill(notedMethods, "");
    Arrays.fill(notedPaths, "");
    box.putLong(Layout.BASE_MILLIS_AT, System.currentTimeMillis());
    box.putLong(Layout.BASE_NANOS_AT, System.nanoTime());
  }

  /// Makes an empty black box of a file.
  ///
  /// @throws IOException if there is no room for it
  public static void format(Path file) throws IOException {
    ByteBuffer empty = ByteBuffer.allocate(Layout.BYTES).order(ByteOrder.nativeOrder());
    empty.putLong(Layout.MAGIC_AT, Layout.MAGIC);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      while (empty.hasRemaining()) {
        channel.write(empty);
      }
    }
  }

  /// The black box that the master gave this process as its standard input; if it gave none, one
  /// that nobody reads.
  ///
  /// @throws IOException if there is one and it cannot be used
  public static BlackBoxWriter ofStandardInput() throws IOException {
    Path input = Path.of("/proc/self/fd/0");
    return isBlackBox(input) ? open(input) : unread();
  }

  /// One that nobody reads.
  public static BlackBoxWriter unread() {
    return new BlackBoxWriter(ByteBuffer.allocateDirect(Layout.BYTES));
  }

  static BlackBoxWriter open(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new BlackBoxWriter(channel.map(MapMode.READ_WRITE, 0, Layout.BYTES));
    }
  }

  private static boolean isBlackBox(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) != Layout.BYTES) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer magic = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
      return channel.read(magic, Layout.MAGIC_AT) == Long.BYTES && magic.getLong(0) == Layout.MAGIC;
    }
  }

  /// Has the master learn at once when the calling thread ends, as when the process is killed.
  ///
  /// @throws PosixException if the kernel has no way to
  public void leaveDeathNotice() throws PosixException {
    new DeathNotice(box, Layout.DEATH_NOTICE_AT).leave();
  }

  /// Notes a request whose handler is about to run on the event loop.
  ///
  /// @param path without the query, which may hold secrets
  /// @param startNanos by [System#nanoTime]
  /// @return what the other methods take
  public int begin(String method, String path, long startNanos) {
    if (freeCount == 0) {
      box.putLong(Layout.UNRECORDED_AT, ++unrecorded);
      return NO_CELL;
    }
    int cell = freeCells[--freeCount];
    int at = Layout.cellAt(cell);
    int methodLength = Math.min(method.length(), Layout.METHOD_MAX);
    int pathLength = Math.min(path.length(), Layout.TARGET_MAX);
    box.putShort(at + Layout.METHOD_LENGTH_AT, (short) methodLength);
    box.putShort(at + Layout.TARGET_LENGTH_AT, (short) pathLength);
    box.putLong(at + Layout.START_NANOS_AT, startNanos);
    // The cell that was free last is taken first, and often for the same again.
    if (!method.equals(notedMethods[cell]) || !path.equals(notedPaths[cell])) {
      put(at + Layout.TEXT_AT, method, methodLength);
      put(at + Layout.TEXT_AT + methodLength, path, pathLength);
      remember(cell, method, path);
    }
    setStage(at, Stage.ON_LOOP.code()); // last, so that a cell in use is a whole one
    return cell;
  }

  /// Notes that a request has come so far.
  public void reached(int cell, Stage stage) {
    if (cell != NO_CELL) {
      setStage(Layout.cellAt(cell), stage.code());
    }
  }

  /// Notes that a request is no longer in flight.
  public void end(int cell) {
    if (cell == NO_CELL) {
      box.putLong(Layout.UNRECORDED_AT, --unrecorded);
      return;
    }
    setStage(Layout.cellAt(cell), Layout.FREE);
    freeCells[freeCount++] = cell;
  }

  /// Keeps an entry of the log, and drops the oldest ones that are in its way.
  ///
  /// @param entry with its line end
  public synchronized void log(byte[] entry) {
    if (entry.length <= LOG_ENTRY_MAX) {
      append(entry, entry.length, entry, 0);
    } else {
      append(entry, LOG_ENTRY_MAX - CUT.length, CUT, CUT.length);
    }
  }

  // The reader believes what lies between the two marks, so a death in the middle costs the new
  // entry and the old ones that it was about to overwrite.
  private void append(byte[] entry, int length, byte[] tail, int tailLength) {
    long end = logged + length + tailLength;
    Layout.LONG.setRelease(box, Layout.LOG_RESERVED_AT, end);
    VarHandle.storeStoreFence();
    putInRing(logged, entry, length);
    putInRing(logged + length, tail, tailLength);
    Layout.LONG.setRelease(box, Layout.LOG_WRITTEN_AT, end);
    logged = end;
  }

  private void putInRing(long position, byte[] bytes, int length) {
    int offset = (int) (position % Layout.RING_BYTES);
    int first = Math.min(length, Layout.RING_BYTES - offset);
    box.put(Layout.RING_AT + offset, bytes, 0, first);
    box.put(Layout.RING_AT, bytes, first, length - first);
  }

  // Only what is whole in its cell: a text may be much longer than that.
  private void remember(int cell, String method, String path) {
    boolean whole = method.length() <= Layout.METHOD_MAX && path.length() <= Layout.TARGET_MAX;
    notedMethods[cell] = whole ? method : "";
    notedPaths[cell] = whole ? path : "";
  }

  private void put(int at, String text, int length) {
    for (int i = 0; i < length; i++) {
      box.put(at + i, (byte) text.charAt(i));
    }
  }

  private void setStage(int cellAt, int stage) {
    Layout.INT.setRelease(box, cellAt + Layout.STAGE_AT, stage);
  }
}
