package dev.percore.master.doctor;

import java.util.Locale;

/// What a check found.
///
/// @param id which check, such as `net.somaxconn`
/// @param level how bad it is
/// @param found what is the case
/// @param advice what is recommended, and why; empty if nothing is
/// @param command what mends it, to be typed in a shell or written into the configuration;
///     empty if there is nothing of that kind
public record Finding(String id, Level level, String found, String advice, String command) {

  /// How bad it is, from best to worst.
  public enum Level {
    /// As it should be.
    OK,
    /// Worth knowing.
    NOTE,
    /// It will make trouble under load, or makes the server less safe.
    WARNING,
    /// The server cannot work so.
    PROBLEM;

    /// The level in a word.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding ok(String id, String found) {
    return new Finding(id, Level.OK, found, "", "");
  }

  static Finding note(String id, String found, String advice, String command) {
    return new Finding(id, Level.NOTE, found, advice, command);
  }

  static Finding warning(String id, String found, String advice, String command) {
    return new Finding(id, Level.WARNING, found, advice, command);
  }

  static Finding problem(String id, String found, String advice, String command) {
    return new Finding(id, Level.PROBLEM, found, advice, command);
  }

  /// All of it in a line.
  public String line() {
    return "%s: %s. %s%s"
        .formatted(id, found, advice, command.isEmpty() ? "" : " [" + command + "]");
  }

  /// Whether it is worse than that.
  public boolean isWorseThan(Level other) {
    return level.compareTo(other) > 0;
  }
}
