package dev.percore.worker.api;

/// The arguments are in range but have no answer, such as a division by zero in an expression.
public final class ComputeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String parameter;

  /// @param parameter name of the parameter to blame
  /// @param message what is wrong with it, for the client
  public ComputeException(String parameter, String message) {
    super(message);
    this.parameter = parameter;
  }

  /// Name of the parameter to blame.
  public String parameter() {
    return parameter;
  }
}
