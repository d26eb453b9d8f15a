package dev.percore.protocol.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What the calling platform thread can change about how the kernel schedules it. Never call it
/// on a virtual thread: the change would stay with the carrier.
public final class CurrentThread {
  private static final int PRIO_PROCESS = 0;
  private static final int CPU_SET_BYTES = 128;

  private CurrentThread() {}

  /// Binds the calling thread to one core (sched_setaffinity(2)).
  ///
  /// @param cpu number of the core, 0 to 1023, one of [Cpus#allowed]
  /// @throws PosixException if the core is not there or not allowed
  public static void pin(int cpu) throws PosixException {
    if (cpu < 0 || cpu >= CPU_SET_BYTES * Byte.SIZE) {
      throw new IllegalArgumentException("core " + cpu + " is out of range");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment set = arena.allocate(CPU_SET_BYTES);
      int index = cpu / Byte.SIZE;
      set.set(ValueLayout.JAVA_BYTE, index, (byte) (1 << (cpu % Byte.SIZE)));
      check(
          Libc.SCHED_SETAFFINITY.call(0, (long) CPU_SET_BYTES, set),
          "sched_setaffinity to core " + cpu);
    }
  }

  /// Sets the nice value of the calling thread alone (setpriority(2) on its thread id).
  ///
  /// @param nice 0 to 19; higher yields more to others
  /// @throws PosixException if it is lower than the present one and the process has no right to
  ///     that
  public static void nice(int nice) throws PosixException {
    int tid = (int) Libc.GETTID.call().value();
    check(Libc.SETPRIORITY.call(PRIO_PROCESS, tid, nice), "setpriority to " + nice);
  }

  private static void check(Libc.Result result, String call) throws PosixException {
    if (result.failed()) {
      throw new PosixException(call, result.errno());
    }
  }
}
