package dev.percore.protocol.shared;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A worker's place on the board: which file it maps and which row is its own. The master hands
/// it over on the worker's command line.
///
/// @param file of a [LaneBoard]
/// @param row for that process alone
public record BoardLease(Path file, int row) {
  private static final String FILE = "percore.board.file";
  private static final String ROW = "percore.board.row";

  /// The options that hand it to a JVM.
  public List<String> jvmOptions() {
    return List.of("-D" + FILE + "=" + file, "-D" + ROW + "=" + row);
  }

  /// What this JVM was handed.
  public static Optional<BoardLease> ofThisProcess() {
    return Optional.ofNullable(System.getProperty(FILE))
        .map(file -> new BoardLease(Path.of(file), Integer.getInteger(ROW, 0)));
  }
}
