package dev.percore.worker.calc;

import dev.percore.worker.api.Problem;

/// A call that is answered with a problem document instead of being run.
public final class ProblemException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public ProblemException(Problem problem) {
    // Made for control flow on the event loop: a stack trace would only cost.
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  /// What to answer.
  public Problem problem() {
    return problem;
  }
}
