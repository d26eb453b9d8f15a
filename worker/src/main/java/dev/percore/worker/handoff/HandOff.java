package dev.percore.worker.handoff;

import dev.percore.protocol.peer.PeerMessage.Pull;
import dev.percore.protocol.peer.PeerPipeline;
import dev.percore.protocol.shared.LaneBoard;
import dev.percore.worker.compute.ComputeLane;
import dev.percore.worker.compute.LaneListener;
import dev.percore.worker.compute.LaneLoad;
import dev.percore.worker.compute.LaneState;
import dev.percore.worker.http.LazyAnswers;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps cores from idling while work waits at a sibling. An idle worker pulls: it asks the sibling
/// with most to do for one task, runs it and sends the outcome back. A busy worker pokes idle
/// siblings so that they ask, or gives those a task at once that it has just heard of. So one that
/// is stuck is given nothing, but for a task in the tenth of a second after it was last heard of.
///
/// Concurrency: [#changed] is called from any thread; all else on the event loop.
public final class HandOff implements LaneListener {
  private static final Logger log = LoggerFactory.getLogger(HandOff.class);

  /// A sibling that has not answered by then is passed over until it does.
  private static final long PULL_TIMEOUT_MILLIS = 250;

  /// How often a worker with tasks that wait looks whether they are worth the way to an idle
  /// sibling by now. While none idles it does not look: one that comes to idle asks by itself.
  private static final long WATCH_INTERVAL_MILLIS = 1;

  private final EventLoop loop;
  private final ComputeLane lane;
  private final LaneBoard board;
  private final int row;
  private final long pid;
  private final Calls calls;
  private final LazyAnswers lazyAnswers;
  private final HandOffMetrics metrics;
  private final List<Sibling> siblings = new CopyOnWriteArrayList<>();
  private final AtomicBoolean watching = new AtomicBoolean();
  private final AtomicBoolean seekQueued = new AtomicBoolean();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private volatile boolean leaving;

  // For the event loop.
  private final Set<Sibling> silent = new HashSet<>();
  private final Set<Sibling> asked = new HashSet<>();
  private @Nullable Sibling pulling;
  private @Nullable Future<?> pullTimeout;
  private int foreign;

  /// @param row of the board, for this lane alone
  /// @param pid under which the others know it
  public HandOff(
      EventLoop loop,
      ComputeLane lane,
      LaneBoard board,
      int row,
      long pid,
      Calls calls,
      MeterRegistry registry) {
    this.loop = loop;
    this.lane = lane;
    this.board = board;
    this.row = row;
    this.pid = pid;
    this.calls = calls;
    this.lazyAnswers = lane.answers()::mayWait;
    this.metrics = new HandOffMetrics(registry, lane::away);
  }

  /// How outcomes come to the event loop: an owner that is told of one finds this lane idle on the
  /// board, and can give it the next task at once.
  LazyAnswers lazyAnswers() {
    return lazyAnswers;
  }

  /// Begins to publish what the lane has to do. Before the lane starts.
  public void start() {
    board.occupy(row, pid);
    lane.listen(this);
  }

  /// Meets a sibling.
  ///
  /// @param descriptor of a connection to it, which is closed here
  public void meet(int slot, long pid, FileDescriptor descriptor) {
    Channel channel = new EpollDomainSocketChannel(descriptor.intValue());
    int siblingsRow = board.rowOf(pid);
    Sibling sibling = new Sibling(this, slot, pid, siblingsRow, channel);
    PeerPipeline.addTo(channel.pipeline());
    channel.pipeline().addLast(sibling);
    loop.register(channel);
    if (leaving || siblingsRow < 0) {
      channel.close();
      return;
    }
    siblings.add(sibling);
    log.debug("met worker {} (pid {})", slot, pid);
    seek();
    keepWatching();
  }

  /// Takes no more tasks of others from now on. Those that it has given away are still awaited.
  ///
  /// @return done when the outcome of each task that it took is on its way
  public CompletableFuture<Void> leave() {
    onLoop(
        () -> {
          leaving = true;
          board.publish(row, false, true, 0, 0);
          completeIfDrained();
        });
    return drained;
  }

  /// Closes the connections to all siblings. On the event loop.
  public void part() {
    siblings.forEach(Sibling::close);
  }

  @Override
  public void changed(LaneLoad load) {
    boolean open = load.state() == LaneState.RUNNING;
    boolean busy = load.running() || load.waiting() > 0;
    board.publish(row, open && !leaving, busy, load.portable(), load.waitingEstimateNanos());
    if (load.portable() > 0) {
      // After the board was written, which is what an idle sibling reads after it has written its
      // own row: one of both sees the other.
      if (someoneIdles() && watching.compareAndSet(false, true)) {
        onLoop(this::watch);
      }
    } else if (open && !busy && !leaving && someoneHasTasks()) {
      if (seekQueued.compareAndSet(false, true)) {
        onLoop(this::seek);
      }
    }
  }

  private boolean someoneHasTasks() {
    for (Sibling sibling : siblings) {
      if (board.waiting(sibling.row(), sibling.pid()) > 0) {
        return true;
      }
    }
    return false;
  }

  private boolean someoneIdles() {
    for (Sibling sibling : siblings) {
      if (board.isIdle(sibling.row(), sibling.pid())) {
        return true;
      }
    }
    return false;
  }

  // Never from within the lock of the lane.
  private void onLoop(Runnable action) {
    try {
      loop.execute(action);
    } catch (RejectedExecutionException e) {
      log.debug("the event loop has ended", e);
    }
  }

  /// Looks after idle siblings as long as there are any, and tasks wait.
  private void watch() {
    watching.set(false);
    pokeIdle();
    keepWatching();
  }

  /// A sibling has asked in vain, so it idles.
  void hadNothing() {
    keepWatching();
  }

  private void keepWatching() {
    if (board.waiting(row, pid) > 0 && someoneIdles() && watching.compareAndSet(false, true)) {
      loop.schedule(this::watch, WATCH_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /// Has idle siblings run what waits here.
  private void pokeIdle() {
    if (siblings.isEmpty() || !lane.hasToGive()) {
      return;
    }
    int left = board.waiting(row, pid);
    long now = System.nanoTime();
    for (Sibling sibling : siblings) {
      if (left > 0
          && sibling.isOpen()
          && board.isIdle(sibling.row(), sibling.pid())
          && board.claim(sibling.row(), now)) {
        sibling.offer();
        left--;
      }
    }
  }

  void poked() {
    seek();
    if (pulling == null) {
      board.unclaim(row);
    }
  }

  /// Asks for a task if there is nothing to do.
  private void seek() {
    seekQueued.set(false);
    asked.clear(); // also while one is awaited: who had nothing then may have something now
    if (pulling == null) {
      askNext();
    }
  }

  private void askNext() {
    pulling = null;
    if (leaving || !isIdle()) {
      board.unclaim(row);
      return;
    }
    Sibling next = busiest();
    if (next == null) {
      board.unclaim(row);
      return;
    }
    asked.add(next);
    pulling = next;
    next.send(new Pull());
    pullTimeout = loop.schedule(() -> timedOut(next), PULL_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// The sibling with the most work for others, of those that may be asked.
  private @Nullable Sibling busiest() {
    Sibling busiest = null;
    long mostNanos = -1;
    int most = 0;
    for (Sibling each : siblings) {
      if (each.isOpen() && !silent.contains(each) && !asked.contains(each)) {
        long nanos = board.waitingNanos(each.row());
        int waiting = board.waiting(each.row(), each.pid());
        if (waiting > 0 && (nanos > mostNanos || (nanos == mostNanos && waiting > most))) {
          busiest = each;
          mostNanos = nanos;
          most = waiting;
        }
      }
    }
    return busiest;
  }

  private void timedOut(Sibling sibling) {
    if (pulling == sibling) {
      log.debug("the worker with pid {} gives no answer; asks others", sibling.pid());
      silent.add(sibling);
      askNext();
      completeIfDrained();
    }
  }

  void declined(Sibling sibling) {
    if (pullAnswered(sibling)) {
      askNext();
      completeIfDrained();
    } else {
      seek(); // it is not silent any more
    }
  }

  /// The sibling has answered a pull.
  ///
  /// @return whether it was awaited
  boolean pullAnswered(Sibling sibling) {
    silent.remove(sibling);
    if (pulling != sibling) {
      return false;
    }
    pulling = null;
    Future<?> timeout = pullTimeout;
    if (timeout != null) {
      timeout.cancel(false);
    }
    board.unclaim(row);
    return true;
  }

  void closed(Sibling sibling) {
    siblings.remove(sibling);
    silent.remove(sibling);
    if (pullAnswered(sibling)) {
      askNext();
    }
    completeIfDrained();
  }

  /// Others may claim the attention of this worker again.
  void unclaim() {
    board.unclaim(row);
  }

  boolean isIdle() {
    return lane.running() == 0 && lane.queued() == 0;
  }

  boolean isLeaving() {
    return leaving;
  }

  void began() {
    foreign++;
  }

  void ended() {
    foreign--;
    completeIfDrained();
  }

  private void completeIfDrained() {
    if (leaving && foreign == 0 && pulling == null) {
      drained.complete(null);
    }
  }

  ComputeLane lane() {
    return lane;
  }

  Calls calls() {
    return calls;
  }

  HandOffMetrics metrics() {
    return metrics;
  }
}
