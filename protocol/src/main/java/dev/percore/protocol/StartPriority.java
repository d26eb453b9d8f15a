package dev.percore.protocol;

import dev.percore.protocol.posix.CurrentThread;
import dev.percore.protocol.posix.Niceness;
import dev.percore.protocol.posix.PosixException;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets a process that starts yield to those that serve, one that leaves too, and its compilers:
/// the first one until it has served for a while, the second one always, both but in a rehearsal
/// that nobody serves beside. What they do is waited for by nobody, and takes much of a core. As
/// long as it takes is all that they cost; at equal rights with a computation they cost the clients
/// of the others a multiple of it.
///
/// A process may yield more at any time, but go back only by a right that the master has seen to
/// which starts it; that one says so, and starts it yielding where there are others to yield to.
/// Where there is no such right, the compilers alone yield.
public final class StartPriority {
  private static final Logger log = LoggerFactory.getLogger(StartPriority.class);
  private static final int NICE_MAX = 19;

  /// By how much the first compiler yields at most from when the process serves, and the second one
  /// from when it has served for a while. More would starve them where all cores are full: code
  /// stays slow for as long, which costs more than it spares.
  private static final int COMPILERS_NICE = 10;

  private final int startNice;
  private final OptionalInt niceWhenServing;

  /// The process has served for a while, and its first compiler takes its turns: a later
  /// [#takeTurns], as when a former master goes at last, is not to have it yield again.
  private volatile boolean settled;

  /// @param startNice by how much a start yields; 0 if it does not
  /// @param niceWhenServing what it may go back to, from wherever it has started; empty if it has
  ///     no right to that
  public StartPriority(int startNice, OptionalInt niceWhenServing) {
    this.startNice = startNice;
    this.niceWhenServing = niceWhenServing;
  }

  /// Has the compilers yield, to the start itself too. The second one, which makes good code of
  /// what works, yields as much as any until [#letOptimize].
  public void yieldCompilers() {
    if (startNice == 0) {
      return;
    }
    try {
      int now = Niceness.ofCallingThread();
      if (niceWhenServing.isEmpty()) {
        int _ = Niceness.change(now, beyond(now, NICE_MAX), StartPriority::isCompiler);
        return;
      }
      int serving = niceWhenServing.getAsInt();
      int optimizer = beyond(serving, NICE_MAX);
      int compiler = Math.max(now, beyond(serving, COMPILERS_NICE));
      int _ =
          Niceness.change(
              now, name -> isOptimizer(name) ? optimizer : isCompiler(name) ? compiler : now);
    } catch (IOException refused) {
      log.warn("the compilers do not yield: {}", refused.getMessage());
    }
  }

  /// Has the first compiler take its turns like the threads that it compiles for, while they only
  /// rehearse: there is nothing else to wait for than what it makes. Until [#takeTurns].
  public void letCompile() {
    if (niceWhenServing.isEmpty() || startNice == 0) {
      return;
    }
    try {
      int now = Niceness.ofCallingThread();
      int yielding = Math.max(now, beyond(niceWhenServing.getAsInt(), COMPILERS_NICE));
      int _ = Niceness.change(yielding, now, name -> isCompiler(name) && !isOptimizer(name));
    } catch (IOException refused) {
      log.warn("the compilers go on yielding: {}", refused.getMessage());
    }
  }

  /// Has threads take their turns like those of others that serve; compilers less so than others,
  /// until [#letOptimize]. A compute thread has a nice value of its own.
  public void takeTurns() {
    goBack(0);
  }

  /// Has threads that compute go just before the first compiler, until [#letComputeYield]: where
  /// they go after it, as they do with the nice value that they are to have, first clients wait for
  /// tasks that wait for a compiler.
  ///
  /// @param nice the value that they are to have, and have now
  public void favourCompute(int nice) {
    changeCompute(nice, ofComputeAtFirst(nice));
  }

  /// Gives threads that compute the nice value that they are to have.
  public void letComputeYield(int nice) {
    changeCompute(ofComputeAtFirst(nice), nice);
  }

  private static void changeCompute(int from, int to) {
    try {
      int _ = Niceness.change(from, to, StartPriority::isCompute);
    } catch (IOException refused) {
      log.warn("computing goes on with a nice value of {}: {}", from, refused.getMessage());
    }
  }

  // What it is to have, where compilers do not yield or nothing may go back.
  private int ofComputeAtFirst(int nice) {
    if (niceWhenServing.isEmpty() || startNice == 0) {
      return nice;
    }
    return Math.min(nice, beyond(niceWhenServing.getAsInt(), COMPILERS_NICE) - 1);
  }

  /// Has the first compiler take its turns like threads that serve, and the second one as the first
  /// one has until then. To be called when the process has served for a while: before, clients wait
  /// for what computes at half speed, and would wait longer. After that the first one has little to
  /// do, and where it waits for a full core in the middle of it, others wait for it: a scrape took
  /// up to half a second.
  public void letOptimize() {
    if (niceWhenServing.isEmpty()) {
      return;
    }
    settled = true;
    try {
      int serving = niceWhenServing.getAsInt();
      // Each compiler may have started one of either kind, which has its nice value; so both first.
      int _ =
          Niceness.change(
              beyond(serving, NICE_MAX),
              beyond(serving, COMPILERS_NICE),
              StartPriority::isCompiler);
      int _ =
          Niceness.change(
              beyond(serving, COMPILERS_NICE),
              serving,
              name -> isCompiler(name) && !isOptimizer(name));
    } catch (IOException refused) {
      log.warn("code of this process stays slow: {}", refused.getMessage());
    }
  }

  /// A step on the way there: has all threads yield like the first compiler, and no more.
  public void takeTurnsInTheBackground() {
    goBack(COMPILERS_NICE);
  }

  private void goBack(int beyond) {
    if (niceWhenServing.isEmpty() || startNice == 0) {
      return;
    }
    try {
      int now = Niceness.ofCallingThread();
      int nice = niceWhenServing.getAsInt();
      if (now < nice) {
        return; // after #goFirst, where nothing yields any more
      }
      int compiler = beyond(nice, settled ? 0 : COMPILERS_NICE);
      int others = beyond(nice, beyond);
      int _ =
          Niceness.change(
              now,
              name -> {
                if (isCompiler(name) || isCompute(name)) {
                  return isCompiler(name) && !isOptimizer(name) ? compiler : now;
                }
                return others;
              });
    } catch (IOException refused) {
      log.warn("this process goes on yielding to others: {}", refused.getMessage());
    }
  }

  /// Has the calling thread alone go before others, and nothing that it starts. For one that has
  /// taken its turns. Where the process has another nice value than 0, it is to go by that.
  ///
  /// @param nice -20 to 0; 0 changes nothing
  public static void goFirst(int nice) {
    try {
      if (nice < 0 && Niceness.ofProcess() == 0) {
        CurrentThread.niceNotInherited(nice);
      }
    } catch (PosixException refused) {
      log.debug("this thread takes its turns like others: {}", refused.getMessage());
    }
  }

  /// Has the whole process yield for good, since it is to leave: as compilers do and no more, for
  /// others may still wait for what it has to give.
  public static void leave() {
    try {
      int now = Niceness.ofProcess();
      if (Niceness.ofCallingThread() < now) {
        CurrentThread.nice(now); // after #goFirst
      }
      int _ = Niceness.change(now, Math.min(now + COMPILERS_NICE, NICE_MAX), _ -> true);
    } catch (IOException refused) {
      log.debug("this process leaves without yielding: {}", refused.getMessage());
    }
  }

  /// Has the compilers yield for good, since what they make will not be used for long, and the
  /// calling thread, which is to end what is left. Event loop and lane go on as they are: clients
  /// wait for what is in flight there.
  public void windUp() {
    try {
      if (niceWhenServing.isPresent() && startNice > 0) {
        int serving = niceWhenServing.getAsInt();
        for (int more : List.of(0, COMPILERS_NICE, NICE_MAX)) {
          int _ = Niceness.change(beyond(serving, more), NICE_MAX, StartPriority::isCompiler);
        }
      }
      CurrentThread.nice(NICE_MAX); // last, since from here on it waits for all others
    } catch (IOException refused) {
      log.debug("the end does not yield: {}", refused.getMessage());
    }
  }

  // Nobody yields more while it serves than while it starts.
  private int beyond(int nice, int more) {
    return Math.min(nice + Math.min(startNice, more), NICE_MAX);
  }

  /// They have a nice value of their own.
  private static boolean isCompute(String thread) {
    return thread.startsWith("compute-");
  }

  private static boolean isOptimizer(String thread) {
    return thread.startsWith("C2 Comp");
  }

  private static boolean isCompiler(String thread) {
    return thread.startsWith("C1 Comp")
        || isOptimizer(thread)
        || thread.startsWith("Training replay"); // has methods compiled that a cache knows of
  }
}
