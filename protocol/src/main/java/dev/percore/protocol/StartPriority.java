package dev.percore.protocol;

import dev.percore.protocol.posix.CurrentThread;
import dev.percore.protocol.posix.Niceness;
import java.io.IOException;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets a process that starts yield to those that serve, one that leaves too, and its compilers
/// always: what they do is waited for by nobody, and takes much of a core. As long as it takes is
/// all that they cost; at equal rights with a computation they cost the clients of the others a
/// multiple of it.
///
/// A process may yield more at any time, but go back only by a right that the master has seen to
/// which starts it; that one starts it yielding then, and says so. Where there is none, the
/// compilers alone yield.
public final class StartPriority {
  private static final Logger log = LoggerFactory.getLogger(StartPriority.class);
  private static final int NICE_MAX = 19;

  /// By how much compilers yield at most while the process serves, and threads that make figures
  /// for somebody who looks at them each few seconds. More would starve them where all cores are
  /// full: code stays slow for as long, which costs more than it spares.
  private static final int BACKGROUND_NICE = 10;

  private final int startNice;
  private final OptionalInt niceWhenServing;

  /// @param startNice by how much a start yields; 0 if it does not
  /// @param niceWhenServing what to go back to; empty if this process was started like any other
  public StartPriority(int startNice, OptionalInt niceWhenServing) {
    this.startNice = startNice;
    this.niceWhenServing = niceWhenServing;
  }

  /// Has the compilers yield, to the start itself too. Those that the JVM adds later are started by
  /// these, and are alike.
  public void yieldCompilers() {
    try {
      int now = Niceness.ofCallingThread();
      int nice =
          niceWhenServing.isPresent()
              ? Math.max(now, beyond(niceWhenServing.getAsInt(), BACKGROUND_NICE))
              : beyond(now, NICE_MAX);
      int _ = Niceness.change(now, nice, StartPriority::isCompiler);
    } catch (IOException refused) {
      log.warn("the compilers do not yield: {}", refused.getMessage());
    }
  }

  /// Has threads take their turns like those of others that serve; compilers less so than others.
  /// A compute thread has a nice value of its own.
  public void takeTurns() {
    goBack(0);
  }

  /// A step on the way there: has all threads yield like compilers, and no more.
  public void takeTurnsInTheBackground() {
    goBack(BACKGROUND_NICE);
  }

  private void goBack(int beyond) {
    if (niceWhenServing.isEmpty()) {
      return;
    }
    try {
      int now = Niceness.ofCallingThread();
      int nice = niceWhenServing.getAsInt();
      int _ = Niceness.change(now, beyond(nice, BACKGROUND_NICE), StartPriority::isBackground);
      int _ =
          Niceness.change(
              now,
              beyond(nice, beyond),
              thread -> !isBackground(thread) && !thread.startsWith("compute-"));
    } catch (IOException refused) {
      log.warn("this process goes on yielding to others: {}", refused.getMessage());
    }
  }

  /// Has the whole process yield for good, since it is to leave: as compilers do and no more, for
  /// others may still wait for what it has to give.
  public static void leave() {
    try {
      int now = Niceness.ofCallingThread();
      int _ = Niceness.change(now, Math.min(now + BACKGROUND_NICE, NICE_MAX), _ -> true);
    } catch (IOException refused) {
      log.debug("this process leaves without yielding: {}", refused.getMessage());
    }
  }

  /// Has the calling thread yield for good, since it is to end what is left, and the compilers and
  /// figures of a process that nobody will use for long. Event loop and lane go on as they are:
  /// clients wait for what is in flight there.
  public void windUp() {
    try {
      CurrentThread.nice(NICE_MAX);
      if (niceWhenServing.isPresent()) {
        int nice = beyond(niceWhenServing.getAsInt(), BACKGROUND_NICE);
        int _ = Niceness.change(nice, NICE_MAX, StartPriority::isBackground);
      }
    } catch (IOException refused) {
      log.debug("the end does not yield: {}", refused.getMessage());
    }
  }

  // Nobody yields more while it serves than while it starts.
  private int beyond(int nice, int more) {
    return Math.min(nice + Math.min(startNice, more), NICE_MAX);
  }

  private static boolean isBackground(String thread) {
    return isCompiler(thread) || thread.equals("telemetry");
  }

  private static boolean isCompiler(String thread) {
    return thread.startsWith("C1 Comp")
        || thread.startsWith("C2 Comp")
        || thread.startsWith("Training replay"); // has methods compiled that a cache knows of
  }
}
