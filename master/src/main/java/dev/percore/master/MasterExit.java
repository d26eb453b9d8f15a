package dev.percore.master;

/// Exit codes of a master process, beside those of the command line; documented in
/// docs/operations.md.
public final class MasterExit {
  /// Stopped as told.
  public static final int OK = 0;

  /// A defect in the master itself.
  public static final int DEFECT = 70;

  /// Another master already runs in this run folder, or an address cannot be listened on.
  public static final int IN_USE = 69;

  /// The workers could not be started.
  public static final int START_FAILED = 65;

  /// The run folder, or something else on the disk, could not be used.
  public static final int IO_ERROR = 74;

  private MasterExit() {}
}
