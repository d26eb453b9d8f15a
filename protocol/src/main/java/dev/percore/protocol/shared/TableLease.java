package dev.percore.protocol.shared;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A worker's place in the table: which file it maps and which column is its own. The master
/// hands it over on the worker's command line.
///
/// @param file of a [LimitTable]
/// @param column for that process alone
public record TableLease(Path file, int column) {
  private static final String FILE = "percore.limits.file";
  private static final String COLUMN = "percore.limits.column";

  /// The options that hand it to a JVM.
  public List<String> jvmOptions() {
    return List.of("-D" + FILE + "=" + file, "-D" + COLUMN + "=" + column);
  }

  /// What this JVM was handed.
  public static Optional<TableLease> ofThisProcess() {
    return Optional.ofNullable(System.getProperty(FILE))
        .map(file -> new TableLease(Path.of(file), Integer.getInteger(COLUMN, 0)));
  }
}
