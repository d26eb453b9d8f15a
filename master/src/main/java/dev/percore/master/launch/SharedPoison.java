package dev.percore.master.launch;

import dev.percore.master.host.Ownership;
import dev.percore.protocol.shared.PoisonLease;
import dev.percore.protocol.shared.PoisonTable;
import dev.percore.protocol.shared.RunningCall;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The table of calls at which workers die, and which worker has which row of it. What an earlier
/// master of the run folder knew that was killed, or is being succeeded, is taken over. Confined to
/// the master's event loop, but for [#close].
public final class SharedPoison implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SharedPoison.class);
  static final String PREFIX = "poison-";

  private final Path runFolder;
  private final Path link;
  private final PoisonTable table;
  private final BitSet leased = new BitSet();
  private final Map<Long, PoisonLease> places = new HashMap<>();

  /// Makes the table.
  ///
  /// @param ownership who the workers are, which have to open it
  /// @throws IOException if it cannot be made
  public SharedPoison(Path runFolder, Ownership ownership) throws IOException {
    this.runFolder = runFolder;
    this.link = runFolder.resolve(PREFIX + ProcessHandle.current().pid() + "-1");
    int rows = SharedBoard.rows();
    Optional<PoisonTable> former =
        SharedFile.newestFirst(runFolder, PREFIX).stream()
            .flatMap(file -> open(file).stream())
            .findFirst();
    SharedFile.sweep(runFolder, PREFIX);
    this.table =
        SharedFile.make(
            link,
            SharedFile.MEMORY,
            ownership,
            file ->
                former.isEmpty()
                    ? PoisonTable.create(file, rows)
                    : PoisonTable.create(file, rows, former.get(), System.nanoTime()));
  }

  private static Optional<PoisonTable> open(Path file) {
    try {
      return Optional.of(PoisonTable.open(file));
    } catch (IOException unusable) {
      log.info("what {} knew is not taken over: {}", file, unusable.toString());
      return Optional.empty();
    }
  }

  /// Takes over what the master that is being succeeded has learnt meanwhile. From any thread, as
  /// long as nobody else writes entries.
  public void inherit() throws IOException {
    for (Path other : SharedFile.newestFirst(runFolder, PREFIX)) {
      if (!other.equals(link)) {
        open(other).ifPresent(former -> table.inherit(former, System.nanoTime()));
      }
    }
  }

  /// Gives a worker that is about to be started its row; none if all are in use.
  public Optional<PoisonLease> lease() {
    int row = leased.nextClearBit(0);
    if (row >= table.rows()) {
      log.warn("{} workers live; what one more computes when it dies will not be known", row);
      return Optional.empty();
    }
    leased.set(row);
    return Optional.of(new PoisonLease(link, row));
  }

  /// The worker of a row has started.
  public void began(long pid, PoisonLease lease) {
    places.put(pid, lease);
  }

  /// Takes back a row.
  public void release(PoisonLease lease) {
    table.clear(lease.row());
    leased.clear(lease.row());
  }

  /// What a worker computes, or did when it died.
  public Optional<RunningCall> running(long pid) {
    return Optional.ofNullable(places.get(pid)).flatMap(place -> table.running(place.row()));
  }

  /// A worker has ended.
  public void ended(long pid) {
    PoisonLease place = places.remove(pid);
    if (place != null) {
      release(place);
    }
  }

  /// What is known of calls; the master's event loop alone may change it.
  public PoisonTable table() {
    return table;
  }

  /// Removes the table. Workers that still live keep it.
  @Override
  public void close() throws IOException {
    SharedFile.remove(link);
  }
}
