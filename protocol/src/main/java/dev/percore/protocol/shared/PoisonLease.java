package dev.percore.protocol.shared;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A worker's place in the table of calls at which workers die: which file it maps and which row is
/// its own. The master hands it over on the worker's command line.
///
/// @param file of a [PoisonTable]
/// @param row for that process alone
public record PoisonLease(Path file, int row) {
  private static final String FILE = "percore.poison.file";
  private static final String ROW = "percore.poison.row";

  /// The options that hand it to a JVM.
  public List<String> jvmOptions() {
    return List.of("-D" + FILE + "=" + file, "-D" + ROW + "=" + row);
  }

  /// What this JVM was handed.
  public static Optional<PoisonLease> ofThisProcess() {
    return Optional.ofNullable(System.getProperty(FILE))
        .map(file -> new PoisonLease(Path.of(file), Integer.getInteger(ROW, 0)));
  }
}
