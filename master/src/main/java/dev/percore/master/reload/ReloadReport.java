package dev.percore.master.reload;

import java.util.List;
import java.util.Locale;

/// What became of a reload, or how far it is.
///
/// @param generation the generation that it makes; 0 as long as there is none
/// @param strategy how the workers are replaced; empty as long as that is not known
/// @param started ISO 8601
/// @param ended ISO 8601; empty while it goes on
/// @param message what happened, in a sentence
/// @param problems what is wrong with the configuration, one problem each
/// @param kept settings that were changed and that a running server keeps
public record ReloadReport(
    State state,
    int generation,
    String strategy,
    String started,
    String ended,
    String message,
    List<String> problems,
    List<String> kept) {

  /// Copies what could change later.
  public ReloadReport {
    problems = List.copyOf(problems);
    kept = List.copyOf(kept);
  }

  /// Where a reload stands.
  public enum State {
    /// The configuration is read and checked.
    LOADING,
    /// Workers are replaced.
    REPLACING,
    /// Something went wrong; the workers go back to the configuration before.
    ROLLING_BACK,
    /// All workers have the new configuration.
    SUCCEEDED,
    /// The configuration has problems; nothing was changed.
    INVALID,
    /// The new configuration could not be used; nothing was changed.
    FAILED,
    /// All workers have the configuration from before again.
    ROLLED_BACK;

    /// Whether it is over.
    public boolean isOver() {
      return compareTo(SUCCEEDED) >= 0;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
