package dev.percore.protocol.posix;

import dev.percore.protocol.Signal;

/// Calls about whole processes.
public final class Processes {
  private static final int PR_SET_PDEATHSIG = 1;

  private Processes() {}

  /// Has the kernel kill this process when the thread that started it ends (prctl(2),
  /// PR_SET_PDEATHSIG). The parent must therefore start it from a thread that lives as long as
  /// the parent itself.
  ///
  /// @param parentPid the parent expected; if that one is gone already, nothing will ever be
  ///     sent
  /// @return false if the parent is gone already: the caller should end at once
  /// @throws PosixException if the kernel refuses
  public static boolean dieWithParent(long parentPid) throws PosixException {
    Libc.Result result =
        Libc.PRCTL.call(PR_SET_PDEATHSIG, (long) Signal.SIGKILL.number(), 0L, 0L, 0L);
    if (result.failed()) {
      throw new PosixException("prctl(PR_SET_PDEATHSIG)", result.errno());
    }
    // ProcessHandle looks into /proc, where a process of another user may be hidden (hidepid).
    return Libc.GETPPID.call().value() == parentPid;
  }

  /// Moves this process into a process group of its own (setpgid(2)), so that Ctrl-C in the
  /// terminal reaches its master alone, which then stops it in order.
  ///
  /// @throws PosixException if the kernel refuses
  public static void leaveProcessGroup() throws PosixException {
    Libc.Result result = Libc.SETPGID.call(0, 0);
    if (result.failed()) {
      throw new PosixException("setpgid", result.errno());
    }
  }
}
