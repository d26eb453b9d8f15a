package dev.percore.config;

import java.util.List;
import java.util.stream.Collectors;

/// A configuration that cannot be used; tells all its problems at once, one line each.
public final class ConfigException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<ConfigProblem> problems;
  private final transient LoadedConfig remainder;

  /// Makes the exception of at least one problem.
  ///
  /// @param remainder what is in order, with defaults in place of the rest
  public ConfigException(List<ConfigProblem> problems, LoadedConfig remainder) {
    super(problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")));
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("a configuration error needs a problem");
    }
    this.problems = List.copyOf(problems);
    this.remainder = remainder;
  }

  /// The problems, those of the file first, in the order of its lines.
  public List<ConfigProblem> problems() {
    return problems;
  }

  /// What is in order, with defaults in place of the rest.
  public LoadedConfig remainder() {
    return remainder;
  }

  /// Whether the remainder can be trusted to name the run folder that is meant: somebody gave the
  /// setting its value, and no problem touches it. Environment and command line have to be right as
  /// a whole, since a name that is wrong there may have been meant for this setting.
  public boolean isRunDirCertain() {
    String key = Settings.RUN_DIR.key();
    return remainder.settings().stream()
            .filter(setting -> setting.key().equals(key))
            .noneMatch(setting -> setting.origin().equals(EffectiveSetting.DEFAULT))
        && problems.stream().allMatch(problem -> problem.line() > 0 && !problem.key().equals(key));
  }
}
