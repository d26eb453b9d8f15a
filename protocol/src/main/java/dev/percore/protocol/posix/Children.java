package dev.percore.protocol.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;

/// The child processes of this process, those included that it did not start: a process whose
/// parent ends becomes a child of the nearest ancestor that is a subreaper, or of process 1.
public final class Children {
  private static final int PR_GET_CHILD_SUBREAPER = 37;
  private static final int P_ALL = 0;
  private static final int WNOHANG = 1;
  private static final int WEXITED = 4;
  private static final int WNOWAIT = 0x01000000;
  private static final int SIGINFO_BYTES = 128;
  private static final int SIGINFO_CHILD_PID_OFFSET = 16; // behind three ints and padding
  private static final int SIGINFO_SIGNO_OFFSET = 0;

  private Children() {}

  /// Whether orphans become children of this process.
  ///
  /// @throws PosixException if the kernel does not tell
  public static boolean adoptsOrphans() throws PosixException {
    if (ProcessHandle.current().pid() == 1) {
      return true;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = arena.allocate(ValueLayout.JAVA_INT);
      Libc.Result result = Libc.PRCTL.call(PR_GET_CHILD_SUBREAPER, answer.address(), 0L, 0L, 0L);
      if (result.failed()) {
        throw new PosixException("prctl(PR_GET_CHILD_SUBREAPER)", result.errno());
      }
      return answer.get(ValueLayout.JAVA_INT, 0) != 0;
    }
  }

  /// The pid of a child that has ended and that nobody has waited for yet. It is only looked at
  /// (waitid(2) with WNOWAIT): whoever waits for it still gets its exit status.
  ///
  /// @throws PosixException if the kernel refuses
  public static OptionalLong ended() throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(SIGINFO_BYTES, Long.BYTES);
      Libc.Result result = Libc.WAITID.call(P_ALL, 0, info, WEXITED | WNOHANG | WNOWAIT);
      if (result.failed()) {
        if (result.errno() == Libc.ECHILD) {
          return OptionalLong.empty();
        }
        throw new PosixException("waitid", result.errno());
      }
      return info.get(ValueLayout.JAVA_INT, SIGINFO_SIGNO_OFFSET) == 0
          ? OptionalLong.empty()
          : OptionalLong.of(info.get(ValueLayout.JAVA_INT, SIGINFO_CHILD_PID_OFFSET));
    }
  }

  /// Reaps a child that has ended (waitpid(2)); its exit status is lost.
  ///
  /// @return whether there was one of that pid
  /// @throws PosixException if libc has no such function
  public static boolean reap(long pid) throws PosixException {
    return Libc.WAITPID.call((int) pid, MemorySegment.NULL, WNOHANG).value() == pid;
  }
}
