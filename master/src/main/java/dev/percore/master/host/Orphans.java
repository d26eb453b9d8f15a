package dev.percore.master.host;

import dev.percore.protocol.posix.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Buries processes that nobody else waits for. Where the master is process 1, as in a
/// container, or a subreaper, every process below it that loses its parent becomes a child of
/// the master, and stays as a zombie when it ends unless it is waited for.
///
/// The JVM waits for each child that it started in a thread of its own, and has its exit status
/// within microseconds. So this class only looks first, and takes a zombie that was there at
/// several looks in a row: nobody waits for that one.
public final class Orphans implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Orphans.class);

  static final int LOOKS = 3;
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(500);
  private static final Duration END_LIMIT = Duration.ofSeconds(2);

  private final Kernel kernel;
  private final Map<Long, Integer> looks = new HashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);

  /// The calls that this takes.
  interface Kernel {
    /// Whether there is any zombie; costs one call.
    boolean hasZombie() throws IOException;

    /// The zombies among the children of this process; reads all of /proc.
    Set<Long> zombies();

    /// Takes a zombie away.
    void bury(long pid) throws IOException;
  }

  Orphans(Kernel kernel) {
    this.kernel = kernel;
  }

  /// Starts to look after orphans, where they come to this process at all.
  ///
  /// @return closing it ends what is left of them
  public static Orphans watch() {
    var orphans = new Orphans(new Linux());
    if (comeHere()) {
      Thread.ofPlatform().name("orphans").daemon().start(orphans::run);
    } else {
      orphans.closing.countDown();
    }
    return orphans;
  }

  private static boolean comeHere() {
    try {
      return Children.adoptsOrphans();
    } catch (IOException unknown) {
      log.warn("processes that lose their parent are not looked after: {}", unknown.getMessage());
      return false;
    }
  }

  private void run() {
    try {
      while (!closing.await(LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (IOException failure) {
      log.error("processes that lose their parent are no longer looked after", failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  void look() throws IOException {
    if (!kernel.hasZombie()) {
      looks.clear();
      return;
    }
    Set<Long> zombies = kernel.zombies();
    looks.keySet().retainAll(zombies);
    for (long pid : zombies) {
      if (looks.merge(pid, 1, Integer::sum) >= LOOKS) {
        kernel.bury(pid);
        looks.remove(pid);
        log.debug("process {} had lost its parent and has ended", pid);
      }
    }
  }

  /// Asks the orphans that still live to end and kills those that do not. The kernel would kill
  /// them anyway when process 1 ends, but without a word.
  @Override
  public void close() {
    if (closing.getCount() == 0) {
      return;
    }
    closing.countDown();
    List<ProcessHandle> left = children().filter(process -> !isZombie(process.pid())).toList();
    left.forEach(ProcessHandle::destroy);
    long deadline = System.nanoTime() + END_LIMIT.toNanos();
    for (ProcessHandle process : left) {
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      var _ =
          process
              .onExit()
              .completeOnTimeout(process, Math.max(1, millis), TimeUnit.MILLISECONDS)
              .join();
      process.destroyForcibly();
    }
  }

  private static Stream<ProcessHandle> children() {
    return ProcessHandle.current().children();
  }

  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
    } catch (IOException gone) {
      return false;
    }
  }

  private static final class Linux implements Kernel {
    @Override
    public boolean hasZombie() throws IOException {
      return Children.ended().isPresent();
    }

    @Override
    public Set<Long> zombies() {
      return children()
          .map(ProcessHandle::pid)
          .filter(Orphans::isZombie)
          .collect(Collectors.toSet());
    }

    @Override
    public void bury(long pid) throws IOException {
      var _ = Children.reap(pid);
    }
  }
}
