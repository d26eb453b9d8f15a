import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/// System calls that Java does not have.
final class Native {
  private static final long PIDFD_OPEN = 434;
  private static final long PIDFD_GETFD = 438;
  private static final int ADDRESS_BYTES = 128;
  private static final int PORT_OFFSET = 2;
  private static final ValueLayout.OfShort PORT =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private static final int AF_INET = 2;
  private static final int SCHED_OTHER = 0;
  private static final int SCHED_RR = 2;

  /// Whether this process was started with a real-time priority.
  private static final boolean MAY_GO_FIRST = Boolean.getBoolean("faults.real_time");

  private static final MethodHandle SCHED_SETSCHEDULER =
      function("sched_setscheduler", JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle KILL = function("kill", JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOSE = function("close", JAVA_INT);
  private static final MethodHandle GETPEERNAME =
      function("getpeername", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle GETSOCKNAME =
      function("getsockname", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle SYSCALL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
              FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
              Linker.Option.firstVariadicArg(1));

  private Native() {}

  private static MethodHandle function(String name, MemoryLayout... arguments) {
    return Linker.nativeLinker()
        .downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow(name),
            FunctionDescriptor.of(JAVA_INT, arguments));
  }

  /// Sends a signal, at once and without a process in between. Who is gone is left alone.
  static void kill(long pid, int signal) {
    try {
      int _ = (int) KILL.invokeExact((int) pid, signal);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /// Has the calling thread, and those that it starts, wait for nobody but their equals.
  static void goFirst() {
    schedule(SCHED_RR, 1);
  }

  /// Has the calling thread, and what it starts, take its turn like everybody.
  static void takeTurns() {
    schedule(SCHED_OTHER, 0);
  }

  private static void schedule(int policy, int priority) {
    if (!MAY_GO_FIRST) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parameters = arena.allocateFrom(JAVA_INT, priority);
      if ((int) SCHED_SETSCHEDULER.invokeExact(0, policy, parameters) != 0) {
        throw new IllegalStateException("no right to change the priority of a thread");
      }
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /// The peers' ports of those connections to a port that a process holds. They are asked from
  /// the sockets themselves, since the tables in /proc/net leave some out while others come and
  /// go.
  ///
  /// @param descriptors numbers of the process's descriptors
  static Set<Integer> peerPorts(long pid, Collection<Integer> descriptors, int port) {
    Set<Integer> ports = new TreeSet<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(ADDRESS_BYTES);
      MemorySegment size = arena.allocate(JAVA_INT);
      boolean allowed = descriptors.isEmpty();
      int process = (int) call(PIDFD_OPEN, pid, 0);
      for (int descriptor : descriptors) {
        int copy = (int) call(PIDFD_GETFD, process, descriptor);
        if (copy < 0) {
          continue; // closed meanwhile
        }
        allowed = true;
        if (port(GETSOCKNAME, copy, address, size) == port) {
          ports.add(port(GETPEERNAME, copy, address, size));
        }
        int _ = (int) CLOSE.invokeExact(copy);
      }
      int _ = (int) CLOSE.invokeExact(process);
      if (!allowed) {
        throw new IllegalStateException("no right to look into the server (pidfd, ptrace_scope)");
      }
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
    ports.remove(0); // a socket without a peer: it listens
    return ports;
  }

  private static long call(long number, long first, long second) throws Throwable {
    return (long) SYSCALL.invokeExact(number, first, second, 0L);
  }

  private static int port(MethodHandle name, int socket, MemorySegment address, MemorySegment size)
      throws Throwable {
    size.set(JAVA_INT, 0, ADDRESS_BYTES);
    int status = (int) name.invokeExact(socket, address, size);
    // Of a Unix socket it would be two letters of its name, or what was there before.
    boolean has = status == 0 && address.get(JAVA_SHORT_UNALIGNED, 0) == AF_INET;
    return has ? Short.toUnsignedInt(address.get(PORT, PORT_OFFSET)) : 0;
  }
}
