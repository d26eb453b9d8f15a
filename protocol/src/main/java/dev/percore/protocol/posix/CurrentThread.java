package dev.percore.protocol.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;

/// What the calling platform thread can change about how the kernel schedules it. Never call it
/// on a virtual thread: the change would stay with the carrier.
public final class CurrentThread {
  private static final int PRIO_PROCESS = 0;
  private static final int CPU_SET_BYTES = 128;
  private static final int SCHED_OTHER = 0;
  private static final int SCHED_BATCH = 3;
  private static final long SCHED_FLAG_RESET_ON_FORK = 1;

  /// `struct sched_attr` in its first version, all 0 unless set.
  private static final StructLayout SCHED_ATTR =
      MemoryLayout.structLayout(
          ValueLayout.JAVA_INT.withName("size"),
          ValueLayout.JAVA_INT.withName("sched_policy"),
          ValueLayout.JAVA_LONG.withName("sched_flags"),
          ValueLayout.JAVA_INT.withName("sched_nice"),
          ValueLayout.JAVA_INT.withName("sched_priority"),
          ValueLayout.JAVA_LONG.withName("sched_runtime"),
          ValueLayout.JAVA_LONG.withName("sched_deadline"),
          ValueLayout.JAVA_LONG.withName("sched_period"));

  private CurrentThread() {}

  /// Binds the calling thread to one core (sched_setaffinity(2)).
  ///
  /// @param cpu number of the core, 0 to 1023, one of [Cpus#allowed]
  /// @throws PosixException if the core is not there or not allowed
  public static void pin(int cpu) throws PosixException {
    allow(List.of(cpu), "core " + cpu);
  }

  /// Lets the calling thread run on these cores and no others (sched_setaffinity(2)). A new thread
  /// has the cores of the one that has started it.
  ///
  /// @param cpus numbers of cores, 0 to 1023, of [Cpus#allowed]
  /// @throws PosixException if none of the cores is there and allowed
  public static void allow(List<Integer> cpus) throws PosixException {
    allow(cpus, "cores " + cpus);
  }

  private static void allow(List<Integer> cpus, String which) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment set = arena.allocate(CPU_SET_BYTES);
      for (int cpu : cpus) {
        if (cpu < 0 || cpu >= CPU_SET_BYTES * Byte.SIZE) {
          throw new IllegalArgumentException("core " + cpu + " is out of range");
        }
        int index = cpu / Byte.SIZE;
        byte others = set.get(ValueLayout.JAVA_BYTE, index);
        set.set(ValueLayout.JAVA_BYTE, index, (byte) (others | (1 << (cpu % Byte.SIZE))));
      }
      check(
          Libc.SCHED_SETAFFINITY.call(0, (long) CPU_SET_BYTES, set),
          "sched_setaffinity to " + which);
    }
  }

  /// Sets the nice value of the calling thread alone (setpriority(2) on its thread id).
  ///
  /// @param nice -20 to 19; higher yields more to others
  /// @throws PosixException if it is lower than the present one and the process has no right to
  ///     that
  public static void nice(int nice) throws PosixException {
    int tid = (int) Libc.GETTID.call().value();
    check(Libc.SETPRIORITY.call(PRIO_PROCESS, tid, nice), "setpriority to " + nice);
  }

  /// Sets how long the calling thread runs at most, when others wait, before it is their turn
  /// (sched_setattr(2), `sched_runtime` of SCHED_OTHER; since Linux 6.12). One that asks for
  /// little at a time gets it sooner: when it wakes it goes before threads with longer slices.
  /// What it gets in all stays the same. Threads that it starts do not have its slice, nor a nice
  /// value below 0. Older kernels ignore it; a real-time thread has no slice and stays as it is.
  ///
  /// @param slice 100 µs to 100 ms
  /// @throws PosixException if the kernel refuses
  public static void slice(Duration slice) throws PosixException {
    schedule((int) Libc.GETPRIORITY.call(PRIO_PROCESS, 0).value(), slice);
  }

  /// Gives the calling thread a nice value that what it starts does not have: where it is below 0,
  /// threads and processes begin with 0 (sched_setattr(2), SCHED_FLAG_RESET_ON_FORK). It has the
  /// kernel's own slice then. A real-time thread has no nice value and stays as it is.
  ///
  /// @param nice -20 to 19; higher yields more to others
  /// @throws PosixException if it is lower than the present one, and the process has no right to it
  public static void niceNotInherited(int nice) throws PosixException {
    schedule(nice, Duration.ZERO);
  }

  /// @param slice 0 for the kernel's own
  private static void schedule(int nice, Duration slice) throws PosixException {
    int policy = (int) Libc.SCHED_GETSCHEDULER.call(0).value();
    if (policy != SCHED_OTHER && policy != SCHED_BATCH) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(SCHED_ATTR);
      attributes.set(ValueLayout.JAVA_INT, offset("size"), (int) SCHED_ATTR.byteSize());
      attributes.set(ValueLayout.JAVA_INT, offset("sched_policy"), policy);
      attributes.set(ValueLayout.JAVA_LONG, offset("sched_flags"), SCHED_FLAG_RESET_ON_FORK);
      attributes.set(ValueLayout.JAVA_INT, offset("sched_nice"), nice);
      attributes.set(ValueLayout.JAVA_LONG, offset("sched_runtime"), slice.toNanos());
      check(
          Libc.SYSCALL.call(Libc.Syscall.SCHED_SETATTR.number(), 0L, attributes, 0L),
          "sched_setattr to %d with a slice of %d ns".formatted(nice, slice.toNanos()));
    }
  }

  private static long offset(String field) {
    return SCHED_ATTR.byteOffset(MemoryLayout.PathElement.groupElement(field));
  }

  private static void check(Libc.Result result, String call) throws PosixException {
    if (result.failed()) {
      throw new PosixException(call, result.errno());
    }
  }
}
