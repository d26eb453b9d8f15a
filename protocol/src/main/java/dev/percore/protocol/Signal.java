package dev.percore.protocol;

/// The signals that Percore sends, takes or names, with their numbers on Linux (x86-64 and
/// aarch64).
public enum Signal {
  SIGHUP(1),
  SIGINT(2),
  SIGQUIT(3),
  SIGILL(4),
  SIGABRT(6),
  SIGBUS(7),
  SIGFPE(8),
  SIGKILL(9),
  SIGUSR1(10),
  SIGSEGV(11),
  SIGUSR2(12),
  SIGPIPE(13),
  SIGTERM(15),
  SIGTTIN(21),
  SIGTTOU(22),
  SIGWINCH(28);

  private final int number;

  Signal(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /// The signal's name, or its number where it has no name here.
  public static String nameOf(int number) {
    for (Signal signal : values()) {
      if (signal.number == number) {
        return signal.name();
      }
    }
    return "signal " + number;
  }
}
