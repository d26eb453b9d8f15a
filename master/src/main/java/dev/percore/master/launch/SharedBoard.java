package dev.percore.master.launch;

import dev.percore.master.host.Ownership;
import dev.percore.protocol.shared.BoardLease;
import dev.percore.protocol.shared.LaneBoard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The board on which workers show what their lanes have to do, and who has which row. Thread-safe.
public final class SharedBoard implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SharedBoard.class);
  static final String PREFIX = "board-";

  /// Rows for each core: more workers than that compute no faster.
  private static final int ROWS_EACH = 4;

  private static final int ROWS_MORE = 64;

  private final Path link;
  private final LaneBoard board;
  private final BitSet leased = new BitSet();

  /// Makes an empty board, and removes those that killed masters have left in the run folder.
  ///
  /// @param ownership who the workers are, which have to open it
  /// @throws IOException if it cannot be made
  public SharedBoard(Path runFolder, Ownership ownership) throws IOException {
    SharedFile.sweep(runFolder, PREFIX);
    this.link = runFolder.resolve(PREFIX + ProcessHandle.current().pid() + "-1");
    this.board =
        SharedFile.make(link, SharedFile.MEMORY, ownership, file -> LaneBoard.create(file, rows()));
  }

  /// Workers that have room at a time in what all of them share, those that drain included.
  static int rows() {
    return Runtime.getRuntime().availableProcessors() * ROWS_EACH + ROWS_MORE;
  }

  /// Gives a worker that is about to be started its row; none if all are in use.
  public synchronized Optional<BoardLease> lease() {
    int row = leased.nextClearBit(0);
    if (row >= board.rows()) {
      log.warn("{} workers live; one more exchanges no tasks with them", row);
      return Optional.empty();
    }
    leased.set(row);
    return Optional.of(new BoardLease(link, row));
  }

  /// Takes back the row of a worker that has ended. From any thread.
  public synchronized void release(BoardLease lease) {
    board.clear(lease.row());
    leased.clear(lease.row());
  }

  /// Removes the board. Workers that still live keep it.
  @Override
  public void close() throws IOException {
    SharedFile.remove(link);
  }
}
