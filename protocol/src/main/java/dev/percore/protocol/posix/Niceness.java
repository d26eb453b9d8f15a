package dev.percore.protocol.posix;

import java.io.FileInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/// The nice values of this process's threads, and how far they may be lowered again. Thread-safe.
/// For those of the calling thread alone there is [CurrentThread].
public final class Niceness {
  private static final Path TASKS = Path.of("/proc/self/task");
  private static final int PRIO_PROCESS = 0;
  private static final int RLIMIT_NICE = 13;

  /// The limit by which a thread may have the nice value 0; 1 stands for 19, 40 for -20.
  private static final long LIMIT_OF_NICE_0 = 20;

  private static final int NO_SUCH_THREAD = 3;

  /// Where threads start and end all the time no list is like the one before, and so many of them
  /// have missed none that was there all the while.
  private static final int LISTS_MAX = 20;

  /// Bytes of what the kernel calls a thread; a line feed follows.
  private static final int NAME_MAX = 15;

  /// `struct rlimit`: the current limit and the largest that there may be.
  private static final int RLIMIT_BYTES = 2 * Long.BYTES;

  private Niceness() {}

  /// The nice value of the calling thread, -20 to 19.
  ///
  /// @throws PosixException if libc has no such function
  public static int ofCallingThread() throws PosixException {
    return (int) Libc.GETPRIORITY.call(PRIO_PROCESS, 0).value();
  }

  /// The nice value of the process, -20 to 19: that of its first thread, which the others have that
  /// were not given one of their own.
  ///
  /// @throws PosixException if libc has no such function
  public static int ofProcess() throws PosixException {
    return (int) Libc.GETPRIORITY.call(PRIO_PROCESS, (int) ProcessHandle.current().pid()).value();
  }

  /// Sees to it that this process and those that it starts may go back to a nice value from a
  /// higher one, whoever they run as (setrlimit(2), RLIMIT_NICE).
  ///
  /// @return whether they may; not if the limit is lower and this process may not raise it
  /// @throws PosixException if libc has no such function
  public static boolean allowReturnTo(int nice) throws PosixException {
    long wanted = LIMIT_OF_NICE_0 - nice;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(RLIMIT_BYTES, Long.BYTES);
      if (Libc.GETRLIMIT.call(RLIMIT_NICE, limit).failed()) {
        return false;
      }
      // Unsigned: no limit is the largest number.
      long maximum = limit.get(ValueLayout.JAVA_LONG, Long.BYTES);
      if (Long.compareUnsigned(limit.get(ValueLayout.JAVA_LONG, 0), wanted) >= 0) {
        return true;
      }
      limit.set(ValueLayout.JAVA_LONG, 0, wanted);
      if (Long.compareUnsigned(maximum, wanted) < 0) {
        limit.set(ValueLayout.JAVA_LONG, Long.BYTES, wanted);
      }
      return !Libc.SETRLIMIT.call(RLIMIT_NICE, limit).failed();
    }
  }

  /// Whether this process may go back from a higher nice value, by that limit or by the capability
  /// CAP_SYS_NICE. It tries, on a thread of its own. One that has 19 cannot have a higher one, and
  /// is told that it may.
  ///
  /// @throws PosixException if libc has no such function
  public static boolean isReturnAllowed() throws PosixException {
    int nice = ofCallingThread();
    var attempt = new FutureTask<>(() -> setOwn(nice + 1) && setOwn(nice));
    Thread thread = Thread.ofPlatform().name("may-go-back").daemon().start(attempt);
    try {
      thread.join();
      return attempt.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean setOwn(int nice) throws PosixException {
    return !Libc.SETPRIORITY.call(PRIO_PROCESS, 0, nice).failed();
  }

  /// Gives another nice value to those threads of this process that have a certain one now. Threads
  /// that they start meanwhile are not missed.
  ///
  /// @param names which of them, by the names that the kernel has of them (15 bytes at most)
  /// @return how many
  /// @throws PosixException if the new value is lower and the process has no right to that
  /// @throws IOException if there is no list of threads in /proc
  public static int change(int from, int to, Predicate<String> names) throws IOException {
    return from == to ? 0 : change(from, name -> names.test(name) ? to : from);
  }

  /// The same, with a value for each of the threads.
  ///
  /// @param to what a thread of that name is to have; what it has, if it is to keep that
  /// @return how many have another one than before
  /// @throws PosixException if a new value is lower and the process has no right to that
  /// @throws IOException if there is no list of threads in /proc
  public static int change(int from, ToIntFunction<String> to) throws IOException {
    Set<Integer> seen = new HashSet<>();
    Set<Integer> before;
    int changed = 0;
    int lists = 0;
    // The kernel's list misses a thread that follows one that ends just then, and a new one has the
    // value of the one that starts it: only a list like the one before is known to have all.
    do {
      before = seen;
      seen = new HashSet<>();
      changed += changeThoseOfNow(from, to, seen);
    } while (!seen.equals(before) && ++lists < LISTS_MAX);
    return changed;
  }

  private static int changeThoseOfNow(int from, ToIntFunction<String> to, Set<Integer> seen)
      throws IOException {
    int changed = 0;
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        int tid = Integer.parseInt(task.getFileName().toString());
        seen.add(tid);
        if ((int) Libc.GETPRIORITY.call(PRIO_PROCESS, tid).value() == from) {
          int wanted = to.applyAsInt(name(task));
          if (wanted != from && set(tid, wanted)) {
            changed++;
          }
        }
      }
    }
    return changed;
  }

  /// What no thread is called that has ended meanwhile: empty.
  private static String name(Path task) throws IOException {
    try (var in = new FileInputStream(task.resolve("comm").toFile())) {
      byte[] name = new byte[NAME_MAX + 1];
      int length = in.read(name);
      return new String(name, 0, Math.max(length, 0), StandardCharsets.UTF_8).strip();
    } catch (IOException unreadable) {
      if (Files.exists(task)) {
        throw unreadable;
      }
      return "";
    }
  }

  private static boolean set(int tid, int nice) throws PosixException {
    Libc.Result result = Libc.SETPRIORITY.call(PRIO_PROCESS, tid, nice);
    if (result.failed() && result.errno() != NO_SUCH_THREAD) {
      throw new PosixException("setpriority to " + nice, result.errno());
    }
    return !result.failed();
  }
}
