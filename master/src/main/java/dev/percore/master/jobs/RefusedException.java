package dev.percore.master.jobs;

/// What somebody wants of a job is refused; the problem says why.
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient JobProblem problem;

  RefusedException(JobProblem problem) {
    super(problem.detail());
    this.problem = problem;
  }

  JobProblem problem() {
    return problem;
  }
}
