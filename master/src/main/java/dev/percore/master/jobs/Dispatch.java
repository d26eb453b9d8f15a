package dev.percore.master.jobs;

import dev.percore.protocol.ControlMessage.CancelJob;
import dev.percore.protocol.ControlMessage.RunJob;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The queue of jobs and who runs which. A worker has at most two: one that runs and one that is
/// there when it has ended. What waits at a worker, behind another job or the calls of clients, is
/// called back when somebody else is idle. Confined to the master's event loop.
final class Dispatch {
  private static final Logger log = LoggerFactory.getLogger(Dispatch.class);
  private static final int PER_WORKER = 2;

  /// How long a worker that had no room for a job is left alone.
  private static final long REST_NANOS = 50_000_000;

  private static final long UNDER_WAY_BYTES = 16 << 20;

  /// A job that has not begun by then waits behind a call.
  private static final long BEGIN_NANOS = 100_000_000;

  private final JobStore store;
  private final Crew crew;
  private final Executor loop;
  private final LongSupplier nanoTime;
  private final Consumer<Entry> unreadable;
  private final Consumer<Entry> cancelled;
  private final NavigableMap<Long, Entry> waiting = new TreeMap<>();
  private final Map<Long, Entry> runs = new LinkedHashMap<>();
  private final Map<Long, Long> restsUntil = new HashMap<>();
  private long lastRun;

  /// @param unreadable told of a job whose request cannot be read
  /// @param cancelled told of a job that was cancelled on its way to a worker
  Dispatch(
      JobStore store,
      Crew crew,
      Executor loop,
      LongSupplier nanoTime,
      Consumer<Entry> unreadable,
      Consumer<Entry> cancelled) {
    this.store = store;
    this.crew = crew;
    this.loop = loop;
    this.nanoTime = nanoTime;
    this.unreadable = unreadable;
    this.cancelled = cancelled;
  }

  /// Puts a job at its place in the queue.
  void enqueue(Entry entry) {
    entry.at(null);
    waiting.put(entry.job().sequence(), entry);
  }

  /// Takes a job out of the queue, or away from the worker that has it.
  void remove(Entry entry) {
    waiting.remove(entry.job().sequence());
    Entry.Run run = entry.run();
    if (run != null) {
      runs.remove(run.number());
      entry.at(null);
    }
  }

  /// How many jobs are ahead of it, 0 for the first.
  int position(Entry entry) {
    return waiting.headMap(entry.job().sequence()).size();
  }

  /// For each of these jobs that waits, how many are ahead of it.
  Map<Entry, Integer> positions(Collection<Entry> some) {
    Set<Entry> wanted = new HashSet<>(some);
    Map<Entry, Integer> positions = new HashMap<>();
    int position = 0;
    for (Entry each : waiting.values()) {
      if (wanted.contains(each)) {
        positions.put(each, position);
      }
      position++;
    }
    return positions;
  }

  /// Whether no worker has a job.
  boolean isIdle() {
    return runs.isEmpty();
  }

  /// The job of a run, if that worker has it.
  Optional<Entry> of(long run, long pid) {
    return Optional.ofNullable(runs.get(run))
        .filter(entry -> entry.run() != null && entry.run().pid() == pid);
  }

  /// All that a worker has.
  List<Entry> at(long pid) {
    return runs.values().stream()
        .filter(entry -> entry.run() != null && entry.run().pid() == pid)
        .toList();
  }

  /// A worker had no room.
  void rest(long pid) {
    restsUntil.put(pid, nanoTime.getAsLong() + REST_NANOS);
  }

  /// Has a worker give up a job that it has.
  void cancel(Entry entry) {
    tell(entry, false);
  }

  /// Gives jobs to workers that have room.
  void proceed() {
    if (waiting.isEmpty() && runs.isEmpty()) {
      return;
    }
    List<Crew.Member> ready = idleFirst(crew.ready());
    long now = nanoTime.getAsLong();
    restsUntil.values().removeIf(until -> until - now <= 0);
    // First one for each, then the second.
    for (int each = 1; each <= PER_WORKER; each++) {
      for (Crew.Member member : ready) {
        if (!waiting.isEmpty()
            && isRoomFor(waiting.firstEntry().getValue())
            && !restsUntil.containsKey(member.pid())
            && at(member.pid()).size() < each) {
          give(waiting.pollFirstEntry().getValue(), member);
        }
      }
    }
    if (waiting.isEmpty()) {
      callBack(ready, now);
    }
  }

  // What is on its way to workers, or waits in them, has to be held here until it has begun.
  private boolean isRoomFor(Entry next) {
    long underWay =
        runs.values().stream()
            .filter(entry -> entry.job().state() == JobState.QUEUED)
            .mapToLong(entry -> entry.job().origin().requestBytes())
            .sum();
    return underWay == 0 || underWay + next.job().origin().requestBytes() <= UNDER_WAY_BYTES;
  }

  private static List<Crew.Member> idleFirst(List<Crew.Member> ready) {
    return ready.stream().sorted(Comparator.comparing(member -> !member.isIdle())).toList();
  }

  private void give(Entry entry, Crew.Member member) {
    var run = new Entry.Run(++lastRun, member.pid(), nanoTime.getAsLong());
    entry.at(run);
    runs.put(run.number(), entry);
    Job job = entry.job();
    var _ =
        store
            .request(job.id())
            .whenCompleteAsync(
                (body, failure) -> {
                  if (!run.equals(entry.run())) {
                    return; // cancelled, or the worker is gone
                  }
                  if (failure != null) {
                    log.error("the request of job {} cannot be read", job.id(), failure);
                    unreadable.accept(entry);
                  } else if (entry.isCancelling()) {
                    cancelled.accept(entry);
                  } else {
                    Job.Call call = job.call();
                    member.tell(
                        new RunJob(
                            run.number(),
                            job.deaths() > 0,
                            call.function(),
                            call.method(),
                            call.query(),
                            call.contentType(),
                            body));
                  }
                },
                loop);
  }

  // Who has no job is free for one that waits behind another job. Behind a call a job is no worse
  // off than at a worker that has calls too, so that takes one that is idle.
  private void callBack(List<Crew.Member> ready, long now) {
    List<Crew.Member> free =
        ready.stream()
            .filter(member -> at(member.pid()).isEmpty())
            .filter(member -> !restsUntil.containsKey(member.pid()))
            .toList();
    if (free.isEmpty()) {
      return;
    }
    List<Entry> behindJobs = new ArrayList<>();
    List<Entry> behindCalls = new ArrayList<>();
    for (Crew.Member member : ready) {
      List<Entry> its = at(member.pid());
      if (!its.isEmpty() && its.getLast().job().state() == JobState.QUEUED) {
        if (its.size() > 1) {
          behindJobs.add(its.getLast());
        } else if (hasWaited(its.getLast(), now)) {
          behindCalls.add(its.getLast());
        }
      }
    }
    behindJobs.stream().limit(free.size()).forEach(entry -> tell(entry, true));
    behindCalls.stream()
        .limit(free.stream().filter(Crew.Member::isIdle).count())
        .forEach(entry -> tell(entry, true));
  }

  private static boolean hasWaited(Entry entry, long now) {
    Entry.Run run = entry.run();
    return run != null && now - run.givenNanos() > BEGIN_NANOS;
  }

  private void tell(Entry entry, boolean onlyIfWaiting) {
    Entry.Run run = entry.run();
    if (run != null) {
      crew.find(run.pid())
          .ifPresent(member -> member.tell(new CancelJob(run.number(), onlyIfWaiting)));
    }
  }
}
