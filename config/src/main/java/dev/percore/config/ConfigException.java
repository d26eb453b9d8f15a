package dev.percore.config;

import java.util.List;
import java.util.stream.Collectors;

/// A configuration that cannot be used; tells all its problems at once, one line each.
public final class ConfigException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<ConfigProblem> problems;

  /// Makes the exception of at least one problem.
  public ConfigException(List<ConfigProblem> problems) {
    super(problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")));
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("a configuration error needs a problem");
    }
    this.problems = List.copyOf(problems);
  }

  /// The problems, those of the file first, in the order of its lines.
  public List<ConfigProblem> problems() {
    return problems;
  }
}
