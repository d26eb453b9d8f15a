package dev.percore.master;

/// What the exit code of the `percore` command says, the master's included; documented in
/// docs/operations.md. The codes from 64 on are those of `sysexits.h`; 3 is what
/// init scripts expect of `status` when nothing runs.
public enum ExitCode {
  /// The command did what it was asked to do.
  OK(0),
  /// The command failed for a reason that no other code names.
  FAILURE(1),
  /// The configuration has problems, each told on a line.
  CONFIGURATION(2),
  /// No master runs with this run folder.
  NOT_RUNNING(3),
  /// The master runs, but did not answer or end in time.
  UNRESPONSIVE(4),
  /// The command line is not understood.
  USAGE(64),
  /// The workers could not be started.
  START_FAILED(65),
  /// What was asked for is not to be had here: no Java that fits, a run folder that belongs to
  /// another master, an address that cannot be listened on, or a user for the workers who is
  /// not there.
  UNAVAILABLE(69),
  /// An error of percore's own.
  DEFECT(70),
  /// The run folder, or something else on the disk, could not be used.
  IO_ERROR(74),
  /// A file, a socket or a process belongs to another user, who alone may use it; or only root
  /// can do what was asked for.
  NO_PERMISSION(77);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /// The number that the process exits with.
  public int code() {
    return code;
  }
}
