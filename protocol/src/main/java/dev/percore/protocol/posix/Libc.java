package dev.percore.protocol.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.util.Optional;

/// The functions of libc that Percore calls, each with the error number it left.
final class Libc {
  static final int EINTR = 4;
  static final int ECHILD = 10;
  static final int EAGAIN = 11;
  static final int ENFILE = 23;
  static final int EMFILE = 24;
  static final int ETIMEDOUT = 110;

  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final long ERRNO_AT =
      CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  private Libc() {}

  /// A call's answer.
  ///
  /// @param errno meaningful only when the value tells of an error
  record Result(long value, int errno) {
    boolean failed() {
      return value < 0;
    }
  }

  /// What a function returns. A pointer is taken as a number.
  private enum Returns {
    /// The other half of the register is undefined.
    INT,
    LONG
  }

  /// A native function of at most six arguments that returns `int`, `ssize_t` or a pointer. Missing
  /// functions are found out at the call, not before, so that a platform without one loses only
  /// what needs it.
  static final class Function {
    private static final int ARGUMENTS_MAX = 6;

    private final String name;
    private final Returns returns;
    private final Optional<MemorySegment> address;

    private Function(String name, Returns returns) {
      this.name = name;
      this.returns = returns;
      this.address = Linker.nativeLinker().defaultLookup().find(name);
    }

    /// Calls the function; arguments are Integer, Long or a MemorySegment outside the heap, as its
    /// parameters are int, long or size_t, and pointers.
    Result call(Object... arguments) throws PosixException {
      MemorySegment target =
          address.orElseThrow(() -> new PosixException("this libc has no function " + name));
      long[] words = new long[ARGUMENTS_MAX];
      for (int i = 0; i < arguments.length; i++) {
        words[i] = word(arguments[i]);
      }
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(CAPTURE);
        long value =
            (long)
                STUB.invokeExact(
                    target, state, words[0], words[1], words[2], words[3], words[4], words[5]);
        return new Result(
            returns == Returns.INT ? (int) value : value, state.get(JAVA_INT, ERRNO_AT));
      } catch (RuntimeException | Error failure) {
        throw failure;
      } catch (Throwable impossible) {
        throw new IllegalStateException("a native call threw", impossible);
      } finally {
        Reference.reachabilityFence(arguments); // their addresses are with the kernel
      }
    }

    private static long word(Object argument) {
      if (argument instanceof MemorySegment segment) {
        if (!segment.isNative()) {
          throw new IllegalArgumentException("the memory may move: " + segment);
        }
        return segment.address();
      }
      return ((Number) argument).longValue();
    }
  }

  /// The way into libc, one for all its functions: each is called as if it took six words and
  /// returned one. In the calling conventions of Linux (System V for x86-64, AAPCS64) the first six
  /// integers and pointers go into the same registers whatever their width, and a function does not
  /// look at those that it has no parameter for. Nor does one with `...` differ: on x86-64 it looks
  /// at a register (AL) that says whether there are floating-point numbers to keep, and keeps some
  /// for nothing if it says so. A way for each signature would be the larger part of a worker's
  /// start: the JVM makes classes for each, and keeps none of them in its AOT cache.
  private static final MethodHandle STUB = stub();

  @SuppressWarnings("restricted") // this package is where native calls are allowed
  private static MethodHandle stub() {
    return Linker.nativeLinker()
        .downcallHandle(
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.captureCallState("errno"));
  }

  static final Function SCHED_SETAFFINITY = returnsInt("sched_setaffinity");
  static final Function SETPRIORITY = returnsInt("setpriority");
  static final Function GETPRIORITY = returnsInt("getpriority");
  static final Function GETRLIMIT = returnsInt("getrlimit");
  static final Function SETRLIMIT = returnsInt("setrlimit");

  /// For calls that older versions of libc have no function for.
  static final Function SYSCALL = returnsLong("syscall");
  static final Function SCHED_GETSCHEDULER = returnsInt("sched_getscheduler");
  static final Function SOCKETPAIR = returnsInt("socketpair");
  static final Function GETTID = returnsInt("gettid");
  static final Function GETPPID = returnsInt("getppid");
  static final Function SETPGID = returnsInt("setpgid");
  static final Function PRCTL = returnsInt("prctl");
  static final Function SIGEMPTYSET = returnsInt("sigemptyset");
  static final Function SIGADDSET = returnsInt("sigaddset");
  static final Function SIGNALFD = returnsInt("signalfd");
  static final Function READ = returnsLong("read");
  static final Function MEMFD_CREATE = returnsInt("memfd_create");
  static final Function UMASK = returnsInt("umask");
  static final Function GETEUID = returnsInt("geteuid");
  static final Function GETEGID = returnsInt("getegid");

  // These two return a pointer.
  static final Function GETPWNAM = returnsLong("getpwnam");
  static final Function GETGRNAM = returnsLong("getgrnam");

  static final Function WAITID = returnsInt("waitid");
  static final Function WAITPID = returnsInt("waitpid");
  static final Function SOCKET = returnsInt("socket");
  static final Function SENDTO = returnsLong("sendto");
  static final Function CLOSE = returnsInt("close");
  static final Function GETSOCKOPT = returnsInt("getsockopt");
  static final Function GETSOCKNAME = returnsInt("getsockname");
  static final Function FCNTL = returnsInt("fcntl");
  static final Function CLOCK_GETTIME = returnsInt("clock_gettime");
  static final Function GETRANDOM = returnsLong("getrandom");

  private static Function returnsInt(String name) {
    return new Function(name, Returns.INT);
  }

  private static Function returnsLong(String name) {
    return new Function(name, Returns.LONG);
  }

  /// What [#SYSCALL] finds a call of the kernel by.
  enum Syscall {
    FUTEX(202, 98),
    SET_ROBUST_LIST(273, 99),
    SCHED_SETATTR(314, 274);

    private final long amd64;
    private final long aarch64;

    Syscall(long amd64, long aarch64) {
      this.amd64 = amd64;
      this.aarch64 = aarch64;
    }

    /// @throws PosixException if it is not known for this architecture
    long number() throws PosixException {
      String architecture = System.getProperty("os.arch");
      return switch (architecture) {
        case "amd64" -> amd64;
        case "aarch64" -> aarch64;
        default -> throw new PosixException("no number of " + this + " on " + architecture);
      };
    }
  }

  /// The error's name, for the few that occur here; enough for an operator to look it up.
  static String describe(int errno) {
    return switch (errno) {
      case 1 -> "operation not permitted";
      case 2 -> "no such file";
      case 3 -> "no such process";
      case 9 -> "bad file descriptor";
      case 10 -> "no child process";
      case 11 -> "would block";
      case 13 -> "permission denied";
      case 22 -> "invalid argument";
      case 24 -> "too many open files";
      case 38 -> "not implemented";
      case 88 -> "not a socket";
      case 90 -> "message too long";
      case 111 -> "connection refused";
      default -> "system error";
    };
  }
}
