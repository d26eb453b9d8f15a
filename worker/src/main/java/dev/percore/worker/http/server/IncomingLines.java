package dev.percore.worker.http.server;

import dev.percore.worker.api.Problem;
import dev.percore.worker.http.RequestLines;
import dev.percore.worker.http.parse.BodySink;
import dev.percore.worker.http.parse.MemoryBudget;
import dev.percore.worker.http.parse.RequestRejectedException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What has arrived of a body that is taken line by line. Lines are cut when they are asked for, so
/// that those which wait cost no more than their bytes. What [RequestLines] offers is thread-safe;
/// the rest is for the event loop.
final class IncomingLines implements RequestLines, BodySink {
  private static final byte[] NOTHING = new byte[0];
  private static final int PIECE_BYTES = 4096;

  private final MemoryBudget budget;
  private final int limit;
  private final Runnable wake;

  // Guarded by this.
  private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
  private ByteArrayOutputStream begun = new ByteArrayOutputStream(0);
  private int position;
  private long held;
  private long lent;
  private boolean advanced;
  private boolean full;
  private boolean ended;
  private boolean closed;
  private @Nullable Problem problem;
  private @Nullable Runnable action;

  // For the event loop.
  private long budgeted;

  /// @param limit bytes that may be held, and of one line
  /// @param wake has the event loop look after it: there is room again, or it is idle
  IncomingLines(MemoryBudget budget, int limit, Runnable wake) {
    this.budget = budget;
    this.limit = limit;
    this.wake = wake;
  }

  @Override
  public byte @Nullable [] next() {
    byte[] line;
    boolean roomMade;
    synchronized (this) {
      line = cut();
      roomMade = takeRoomMade();
    }
    if (roomMade) {
      wake.run();
    }
    return line;
  }

  @Override
  public synchronized boolean isOver() {
    return ended && pieces.isEmpty() && (begun.size() == 0 || problem != null);
  }

  @Override
  public synchronized @Nullable Problem problem() {
    return problem;
  }

  @Override
  public void release(long bytes) {
    boolean look;
    synchronized (this) {
      if (closed) {
        return;
      }
      held -= bytes;
      lent -= bytes;
      look = takeRoomMade() || isIdle();
    }
    if (look) {
      wake.run();
    }
  }

  @Override
  public void onMore(Runnable action) {
    boolean look;
    synchronized (this) {
      this.action = action;
      look = hasNews() || isIdle();
    }
    if (look) {
      wake.run();
    }
  }

  @Override
  public synchronized boolean hasRoom() {
    full = held > limit;
    return !full && !ended;
  }

  @Override
  public void append(byte[] source, int from, int length) throws RequestRejectedException {
    budget.take(length);
    budgeted += length;
    synchronized (this) {
      Piece last = pieces.peekLast();
      if (last == null || !last.add(source, from, length)) {
        int size = last == null ? length : Math.max(length, PIECE_BYTES);
        pieces.add(new Piece(source, from, length, size));
      }
      held += length;
    }
  }

  /// Arrays that hold what has not been taken.
  synchronized int pieces() {
    return pieces.size();
  }

  /// Whether something was not taken for want of room, and there has been none since.
  synchronized boolean isFull() {
    return full;
  }

  /// There will be no more.
  ///
  /// @param why null if that is the end of the body
  synchronized void end(@Nullable Problem why) {
    if (!ended) {
      ended = true;
      problem = why;
    }
  }

  /// Drops everything, and takes and tells nothing more.
  void close() {
    synchronized (this) {
      closed = true;
      ended = true;
      action = null;
      pieces.clear();
      begun = new ByteArrayOutputStream(0);
      position = 0;
      held = 0;
    }
    settle();
  }

  /// Tells the taker if there is something to tell.
  void tell() {
    Runnable told;
    synchronized (this) {
      if (action == null || !hasNews()) {
        return;
      }
      told = action;
      action = null;
    }
    told.run();
  }

  /// Gives memory back that is not held any more.
  void settle() {
    long now;
    synchronized (this) {
      now = held;
    }
    budget.give(budgeted - now);
    budgeted = now;
  }

  /// Whether the taker has given back all that it was given, and waits for a line.
  synchronized boolean isIdle() {
    return action != null && lent == 0 && !hasNews();
  }

  /// Whether a line came to its end since this was asked last.
  synchronized boolean takeAdvanced() {
    boolean was = advanced;
    advanced = false;
    return was;
  }

  private boolean hasNews() {
    return ended || !pieces.isEmpty();
  }

  // Once for each time that something did not fit.
  private boolean takeRoomMade() {
    boolean made = full && held <= limit;
    full &= !made;
    return made;
  }

  private byte @Nullable [] cut() {
    while (!pieces.isEmpty()) {
      Piece piece = pieces.element();
      byte[] bytes = piece.bytes;
      int start = position;
      int end = start;
      while (end < piece.end && bytes[end] != '\n') {
        end++;
      }
      if (begun.size() + (long) end - start > limit) {
        refuseLine();
        return null;
      }
      boolean whole = end < piece.end;
      position = end + 1;
      if (position >= piece.end) {
        pieces.remove();
        position = 0;
      }
      if (!whole) {
        begun.write(bytes, start, end - start);
      } else {
        held--; // the line feed
        byte[] line = lend(finish(bytes, start, end));
        if (line != null) {
          return line;
        }
      }
    }
    // The last line may do without a line feed; but whether one that broke off was whole nobody
    // knows.
    return ended && problem == null && begun.size() > 0 ? lend(finish(NOTHING, 0, 0)) : null;
  }

  private byte[] finish(byte[] piece, int start, int end) {
    if (begun.size() == 0) {
      return Arrays.copyOfRange(piece, start, end);
    }
    begun.write(piece, start, end - start);
    byte[] line = begun.toByteArray();
    begun = new ByteArrayOutputStream(0); // which may have become large
    return line;
  }

  private byte @Nullable [] lend(byte[] line) {
    advanced = true;
    if (isBlank(line)) {
      held -= line.length;
      return null;
    }
    lent += line.length;
    return line;
  }

  private void refuseLine() {
    end(RequestRejectedException.lineTooLong(limit).problem());
    pieces.clear();
    begun = new ByteArrayOutputStream(0);
    position = 0;
    held = lent;
  }

  /// Bytes in a row. What is behind another one is never small, or many small ones would take many
  /// times the memory that is counted for them.
  private static final class Piece {
    private final byte[] bytes;
    private int end;

    Piece(byte[] source, int from, int length, int size) {
      bytes = new byte[size];
      System.arraycopy(source, from, bytes, 0, length);
      end = length;
    }

    boolean add(byte[] source, int from, int length) {
      if (length > bytes.length - end) {
        return false;
      }
      System.arraycopy(source, from, bytes, end, length);
      end += length;
      return true;
    }
  }

  private static boolean isBlank(byte[] line) {
    for (byte octet : line) {
      if (octet != ' ' && octet != '\t' && octet != '\r') {
        return false;
      }
    }
    return true;
  }
}
