package dev.percore.protocol.posix;

import dev.percore.protocol.Signal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/// Receives signals by reading them from a descriptor (signalfd(2)) instead of by a handler. It
/// gets only signals that are blocked in every thread of the process, which must be so from
/// before the start of the JVM: the launch script sees to it with `env --block-signal`. That
/// way the signals that HotSpot takes for itself, such as QUIT, arrive too.
public final class SignalFd {
  private static final int SIGSET_BYTES = 128;
  private static final int SIGINFO_BYTES = 128;
  private static final int SIGINFO_PID_OFFSET = 12;
  private static final int CLOSE_ON_EXEC = 0x80000;

  private final int fd;

  /// A signal that arrived.
  ///
  /// @param senderPid process that sent it, or 0 if the kernel did
  public record Received(Signal signal, int senderPid) {}

  private SignalFd(int fd) {
    this.fd = fd;
  }

  /// Which signals are blocked in this process, as /proc tells.
  ///
  /// @throws IOException if /proc cannot be read
  public static Set<Signal> blocked() throws IOException {
    String field = "SigBlk:";
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      String mask =
          lines
              .filter(line -> line.startsWith(field))
              .findFirst()
              .orElseThrow(() -> new IOException("/proc/self/status has no " + field));
      return parse(mask.substring(field.length()).trim());
    }
  }

  static Set<Signal> parse(String hexMask) {
    long mask = Long.parseUnsignedLong(hexMask, 16);
    Set<Signal> blocked = EnumSet.noneOf(Signal.class);
    for (Signal signal : Signal.values()) {
      if ((mask & (1L << (signal.number() - 1))) != 0) {
        blocked.add(signal);
      }
    }
    return blocked;
  }

  /// Opens a descriptor for these signals. It stays open until the process ends.
  ///
  /// @throws PosixException if the kernel refuses
  public static SignalFd open(Set<Signal> signals) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment set = arena.allocate(SIGSET_BYTES, Long.BYTES);
      Libc.SIGEMPTYSET.call(set);
      for (Signal signal : signals) {
        Libc.SIGADDSET.call(set, signal.number());
      }
      Libc.Result result = Libc.SIGNALFD.call(-1, set, CLOSE_ON_EXEC);
      if (result.failed()) {
        throw new PosixException("signalfd", result.errno());
      }
      return new SignalFd((int) result.value());
    }
  }

  /// Blocks until the next signal arrives. Of several equal signals that wait, the kernel keeps
  /// one.
  ///
  /// @throws PosixException if the descriptor cannot be read
  public Received take() throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(SIGINFO_BYTES, Long.BYTES);
      while (true) {
        Libc.Result result = Libc.READ.call(fd, info, (long) SIGINFO_BYTES);
        if (result.failed() && result.errno() != Libc.EINTR) {
          throw new PosixException("read of the signal descriptor", result.errno());
        }
        if (result.value() == SIGINFO_BYTES) {
          int number = info.get(ValueLayout.JAVA_INT, 0);
          int sender = info.get(ValueLayout.JAVA_INT, SIGINFO_PID_OFFSET);
          for (Signal signal : Signal.values()) {
            if (signal.number() == number) {
              return new Received(signal, sender);
            }
          }
        }
      }
    }
  }
}
