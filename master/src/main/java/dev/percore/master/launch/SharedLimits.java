package dev.percore.master.launch;

import dev.percore.config.ServerConfig;
import dev.percore.master.host.Ownership;
import dev.percore.protocol.shared.LimitTable;
import dev.percore.protocol.shared.TableLease;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The tables in which workers count their clients, and who counts where. There is a table for
/// each size that living workers were started with: one, but for the time in which a reload
/// changes it. Thread-safe.
///
/// The files lie in memory (`/dev/shm`) and are linked from the run folder: on a disk, the
/// kernel would make an event loop wait while it writes a page back. The name of a link tells
/// the master that made it, so that another one can tell what a killed one has left.
public final class SharedLimits implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SharedLimits.class);
  static final String PREFIX = "limits-";

  /// Columns for each core or worker: one that serves, and one that drains or starts.
  private static final int COLUMNS_EACH = 2;

  /// Columns for further ones that drain.
  private static final int COLUMNS_MORE = 16;

  private final Path runFolder;
  private final Path memory;
  private final Ownership ownership;
  private final List<Table> tables = new ArrayList<>();
  private @Nullable Table latest;
  private int made;

  /// A table and its columns in use.
  ///
  /// @param link in the run folder
  private record Table(Path link, int size, LimitTable content, BitSet leased) {}

  /// Removes what a killed master has left in the run folder.
  ///
  /// @param ownership who the workers are, which have to open the tables
  public SharedLimits(Path runFolder, Ownership ownership) throws IOException {
    this(runFolder, SharedFile.MEMORY, ownership);
  }

  SharedLimits(Path runFolder, Path memory, Ownership ownership) throws IOException {
    this.runFolder = runFolder;
    this.ownership = ownership;
    this.memory = memory;
    SharedFile.sweep(runFolder, PREFIX);
  }

  /// Gives a worker that is about to be started its place; none if its configuration has no
  /// limits.
  ///
  /// @throws IOException if the table cannot be made
  public synchronized Optional<TableLease> lease(ServerConfig config) throws IOException {
    ServerConfig.ClientLimits settings = config.clientLimits();
    if (!settings.isOn()) {
      latest = null;
      removeUnused();
      return Optional.empty();
    }
    Table table = table(settings.table(), config.workers());
    latest = table;
    removeUnused();
    int column = table.leased().nextClearBit(0);
    if (column >= table.content().columns()) {
      log.warn(
          "{} workers live and count their clients together, which is as many as can; one more"
              + " counts alone",
          column);
      return Optional.empty();
    }
    table.leased().set(column);
    return Optional.of(new TableLease(table.link(), column));
  }

  /// Takes back the place of a worker that has ended, with all that it counted. From any thread.
  public void release(TableLease lease) {
    find(lease)
        .ifPresent(
            table -> {
              table.content().clear(lease.column()); // takes its time, so without the lock
              free(table, lease.column());
            });
  }

  private synchronized Optional<Table> find(TableLease lease) {
    return tables.stream().filter(table -> table.link().equals(lease.file())).findFirst();
  }

  private synchronized void free(Table table, int column) {
    table.leased().clear(column);
    try {
      removeUnused();
    } catch (IOException failure) {
      log.warn("a table of limits could not be removed", failure);
    }
  }

  /// Removes all tables. Workers that still live keep theirs.
  @Override
  public synchronized void close() throws IOException {
    for (Table table : tables) {
      SharedFile.remove(table.link());
    }
    tables.clear();
  }

  private Table table(int size, int workers) throws IOException {
    for (Table table : tables) {
      if (table.size() == size) {
        return table;
      }
    }
    int cores = Runtime.getRuntime().availableProcessors();
    int columns = Math.max(workers, cores) * COLUMNS_EACH + COLUMNS_MORE;
    Path link = runFolder.resolve(PREFIX + ProcessHandle.current().pid() + "-" + ++made);
    Table table =
        new Table(
            link,
            size,
            SharedFile.make(
                link, memory, ownership, file -> LimitTable.create(file, size, columns)),
            new BitSet());
    tables.add(table);
    return table;
  }

  private void removeUnused() throws IOException {
    for (Table table : List.copyOf(tables)) {
      if (!table.equals(latest) && table.leased().isEmpty()) {
        tables.remove(table);
        SharedFile.remove(table.link());
      }
    }
  }
}
