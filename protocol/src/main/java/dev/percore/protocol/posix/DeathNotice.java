package dev.percore.protocol.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;

/// A word of 32 bits in memory that processes share, by which one learns that a thread of another
/// has ended: what the kernel does for robust futexes (set_robust_list(2),
/// futex(2), Documentation/locking/robust-futex-ABI).
///
/// When a process is killed, the kernel marks the word as soon as that thread is gone. Its exit
/// status, and the end of its connections, come after its memory has been given back, which takes
/// tens of milliseconds for a JVM.
///
/// The kernel may fail to mark it, as when it takes the memory of a process that it kills for want
/// of memory: so it is a hint that comes early, and no promise.
///
/// Thread-safe. The word is zero until [#leave].
public final class DeathNotice {
  private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();

  // Bits of the word; the others are the id of the thread.
  private static final int WAITERS = 0x80000000;
  private static final int OWNER_DIED = 0x40000000;

  private static final int FUTEX_WAIT = 0;

  /// After these another look tells.
  private static final Set<Integer> AGAIN = Set.of(Libc.EINTR, Libc.EAGAIN, Libc.ETIMEDOUT);

  // struct robust_list_head, and the only entry of its list behind it.
  private static final long NEXT = 0;
  private static final long OFFSET = 8;
  private static final long PENDING = 16;
  private static final long HEAD_BYTES = 24;
  private static final long ENTRY = HEAD_BYTES;

  private final MemorySegment word;

  /// @param mapping a direct buffer, of a file that is shared; whoever leaves word keeps it for
  ///     good
  /// @param at where the word is, a multiple of 4
  public DeathNotice(ByteBuffer mapping, int at) {
    this.word = MemorySegment.ofBuffer(mapping.duplicate().clear()).asSlice(at, Integer.BYTES);
  }

  /// Has the kernel mark the word at the end of the calling thread, in place of whatever robust
  /// mutexes of libc the thread may hold: it must have none.
  ///
  /// @throws PosixException if the kernel refuses, or is not known for this architecture
  public void leave() throws PosixException {
    // For the life of the process: the kernel reads it when the thread is gone already.
    MemorySegment list = Arena.global().allocate(HEAD_BYTES + Long.BYTES, Long.BYTES);
    long head = list.address();
    long entry = head + ENTRY;
    list.set(ValueLayout.JAVA_LONG, NEXT, entry);
    list.set(ValueLayout.JAVA_LONG, OFFSET, word.address() - entry);
    list.set(ValueLayout.JAVA_LONG, PENDING, 0);
    list.set(ValueLayout.JAVA_LONG, ENTRY, head); // the list ends where it began
    int thread = (int) Libc.GETTID.call().value();
    Libc.Result result = Libc.SYSCALL.call(Libc.Syscall.SET_ROBUST_LIST.number(), list, HEAD_BYTES);
    if (result.failed()) {
      throw new PosixException("set_robust_list", result.errno());
    }
    WORD.setVolatile(word, 0L, thread | WAITERS); // somebody may wait, so the kernel has to wake
  }

  /// Whether a thread has left word, and whether or not it has ended since.
  public boolean isLeft() {
    return (int) WORD.getVolatile(word, 0L) != 0;
  }

  /// Blocks the calling thread until the one that left word has ended, or the time is over. Only
  /// one may wait.
  ///
  /// @return whether it has ended
  /// @throws PosixException if the kernel refuses
  /// @throws IllegalStateException if no thread has left word
  public boolean await(Duration limit) throws PosixException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      int seen = (int) WORD.getVolatile(word, 0L);
      if (seen == 0) {
        throw new IllegalStateException("no thread has left word");
      }
      if ((seen & OWNER_DIED) != 0) {
        return true;
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      sleep(seen, Duration.ofNanos(left));
    }
  }

  // Until the word may have changed.
  private void sleep(int seen, Duration limit) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(2 * Long.BYTES, Long.BYTES); // struct timespec
      time.set(ValueLayout.JAVA_LONG, 0, limit.getSeconds());
      time.set(ValueLayout.JAVA_LONG, Long.BYTES, limit.getNano());
      Libc.Result result =
          Libc.SYSCALL.call(Libc.Syscall.FUTEX.number(), word, FUTEX_WAIT, seen, time);
      if (result.failed() && !AGAIN.contains(result.errno())) {
        throw new PosixException("futex", result.errno());
      }
    }
  }
}
