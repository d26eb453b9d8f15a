package dev.percore.protocol.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/// The functions of libc that Percore calls, each with the error number it left.
final class Libc {
  static final int EINTR = 4;
  static final int ECHILD = 10;
  static final int ENFILE = 23;
  static final int EMFILE = 24;

  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private Libc() {}

  /// A call's answer.
  ///
  /// @param errno meaningful only when the value tells of an error
  record Result(long value, int errno) {
    boolean failed() {
      return value < 0;
    }
  }

  /// A native function that returns `int` or `ssize_t`. Missing functions are found out at the
  /// call, not before, so that a platform without one loses only what needs it.
  static final class Function {
    private final String name;
    private final Optional<MethodHandle> handle;

    @SuppressWarnings("restricted") // this package is where native calls are allowed
    private Function(String name, FunctionDescriptor descriptor, Linker.Option... more) {
      Linker linker = Linker.nativeLinker();
      SymbolLookup lookup = linker.defaultLookup();
      Linker.Option[] options = new Linker.Option[more.length + 1];
      options[0] = Linker.Option.captureCallState("errno");
      System.arraycopy(more, 0, options, 1, more.length);
      this.name = name;
      this.handle =
          lookup.find(name).map(address -> linker.downcallHandle(address, descriptor, options));
    }

    /// Calls the function; arguments are Integer, Long or MemorySegment as its descriptor says.
    Result call(Object... arguments) throws PosixException {
      MethodHandle target =
          handle.orElseThrow(() -> new PosixException("this libc has no function " + name));
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(CAPTURE);
        Object[] all = new Object[arguments.length + 1];
        all[0] = state;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        Number value = (Number) target.invokeWithArguments(all);
        return new Result(value.longValue(), (int) ERRNO.get(state, 0L));
      } catch (RuntimeException | Error failure) {
        throw failure;
      } catch (Throwable impossible) {
        throw new IllegalStateException("a native call threw", impossible);
      }
    }
  }

  static final Function SCHED_SETAFFINITY =
      new Function(
          "sched_setaffinity", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
  static final Function SETPRIORITY =
      new Function("setpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  static final Function GETPRIORITY =
      new Function("getpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

  static final Function GETRLIMIT =
      new Function("getrlimit", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  static final Function SETRLIMIT =
      new Function("setrlimit", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

  /// For calls that older versions of libc have no function for.
  static final Function SYSCALL =
      new Function(
          "syscall",
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG),
          Linker.Option.firstVariadicArg(1));

  static final Function SCHED_GETSCHEDULER =
      new Function("sched_getscheduler", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  static final Function SOCKETPAIR =
      new Function(
          "socketpair", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
  static final Function GETTID = new Function("gettid", FunctionDescriptor.of(JAVA_INT));
  static final Function GETPPID = new Function("getppid", FunctionDescriptor.of(JAVA_INT));
  static final Function SETPGID =
      new Function("setpgid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  static final Function PRCTL =
      new Function(
          "prctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          Linker.Option.firstVariadicArg(1));
  static final Function SIGEMPTYSET =
      new Function("sigemptyset", FunctionDescriptor.of(JAVA_INT, ADDRESS));
  static final Function SIGADDSET =
      new Function("sigaddset", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  static final Function SIGNALFD =
      new Function("signalfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  static final Function READ =
      new Function("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));

  static final Function MEMFD_CREATE =
      new Function("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  static final Function UMASK = new Function("umask", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  static final Function GETEUID = new Function("geteuid", FunctionDescriptor.of(JAVA_INT));
  static final Function GETEGID = new Function("getegid", FunctionDescriptor.of(JAVA_INT));

  // These two return a pointer, which is taken as a number.
  static final Function GETPWNAM =
      new Function("getpwnam", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
  static final Function GETGRNAM =
      new Function("getgrnam", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
  static final Function WAITID =
      new Function(
          "waitid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  static final Function WAITPID =
      new Function("waitpid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  static final Function SOCKET =
      new Function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  static final Function SENDTO =
      new Function(
          "sendto",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
  static final Function CLOSE = new Function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  static final Function GETSOCKOPT =
      new Function(
          "getsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
  static final Function GETSOCKNAME =
      new Function("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
  static final Function FCNTL =
      new Function(
          "fcntl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  static final Function CLOCK_GETTIME =
      new Function("clock_gettime", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

  /// Number of sched_setattr(2), by which [#SYSCALL] finds it.
  ///
  /// @throws PosixException if it is not known for this architecture
  static long schedSetattr() throws PosixException {
    String architecture = System.getProperty("os.arch");
    return switch (architecture) {
      case "amd64" -> 314;
      case "aarch64" -> 274;
      default -> throw new PosixException("no number of sched_setattr on " + architecture);
    };
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
