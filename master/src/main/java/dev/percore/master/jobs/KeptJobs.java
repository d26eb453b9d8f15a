package dev.percore.master.jobs;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// The jobs that there are, found by id and by key, with their number and what they take; and which
/// of them go first. Confined to the master's event loop, but for [#count] and [#pending].
final class KeptJobs {
  private final SequencedMap<String, Entry> byId = new LinkedHashMap<>();
  private final Map<String, Entry> byKey = new HashMap<>();
  private final Map<JobState, AtomicInteger> byState = new EnumMap<>(JobState.class);
  private final Map<String, Integer> owed = new HashMap<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final long memoryLimit;
  private long bytes;
  private long memory;

  /// @param memoryLimit bytes of this process that the jobs may take, roughly
  KeptJobs(long memoryLimit) {
    this.memoryLimit = memoryLimit;
    for (JobState state : JobState.values()) {
      byState.put(state, new AtomicInteger());
    }
  }

  /// Adds a job that is newer than all others.
  void add(Entry entry) {
    Job job = entry.job();
    byId.put(job.id(), entry);
    if (!key(job).isEmpty()) {
      byKey.put(scoped(job.call().function(), key(job)), entry);
    }
    account(job, 1);
    memory += job.memory();
  }

  /// A job has got further.
  void become(Entry entry, Job next) {
    account(entry.job(), -1);
    account(next, 1);
    entry.become(next);
  }

  /// Takes a job out.
  void remove(Entry entry) {
    Job job = entry.job();
    byId.remove(job.id());
    byKey.remove(scoped(job.call().function(), key(job)), entry);
    account(job, -1);
    memory -= job.memory();
    entry.forget();
  }

  private void account(Job job, int sign) {
    number(job.state()).addAndGet(sign);
    bytes += sign * job.size();
    if (job.delivery().isPending()) {
      pending.addAndGet(sign);
    }
    for (String host : job.owes()) {
      if (owed.merge(host, sign, Integer::sum) == 0) {
        owed.remove(host);
      }
    }
  }

  Optional<Entry> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /// The job of a function that was submitted with that key.
  Optional<Entry> withKey(String function, String key) {
    return Optional.ofNullable(byKey.get(scoped(function, key)));
  }

  /// All jobs, in the order of their acceptance. A copy.
  List<Entry> all() {
    return List.copyOf(byId.values());
  }

  /// All jobs, the newest first. A view.
  Stream<Entry> newestFirst() {
    return byId.sequencedValues().reversed().stream();
  }

  /// Jobs in that state. From any thread.
  int count(JobState state) {
    return number(state).get();
  }

  /// Ends of jobs that are to be delivered. From any thread.
  int pending() {
    return pending.get();
  }

  /// Jobs that a host may still have to be told of.
  int owed(String host) {
    return owed.getOrDefault(host, 0);
  }

  /// Jobs that have not ended.
  int open() {
    return count(JobState.QUEUED) + count(JobState.RUNNING);
  }

  /// Those that ended before a time, in milliseconds since 1970.
  List<Entry> endedBefore(long millis) {
    return byId.values().stream()
        .filter(entry -> entry.job().state().isEnd() && entry.job().end().millis() < millis)
        .toList();
  }

  /// The oldest that have ended, as far as they have to make way. Without them there is room,
  /// unless those that have not ended take it all.
  ///
  /// @param sizeLimit bytes that all may take in the store
  List<Entry> beyond(long sizeLimit) {
    return beyond(sizeLimit, 0, 0);
  }

  /// The same, so that there is room for one more.
  List<Entry> inTheWayOf(Job next, long sizeLimit) {
    return beyond(sizeLimit, next.size(), next.memory());
  }

  private List<Entry> beyond(long sizeLimit, long nextSize, long nextMemory) {
    long surplus = bytes + nextSize - sizeLimit;
    long surplusMemory = memory + nextMemory - memoryLimit;
    List<Entry> oldest = new ArrayList<>();
    if (surplus <= 0 && surplusMemory <= 0) {
      return oldest;
    }
    for (Entry entry : byId.values()) {
      if (surplus <= 0 && surplusMemory <= 0) {
        break;
      }
      if (entry.job().state().isEnd()) {
        oldest.add(entry);
        surplus -= entry.job().size();
        surplusMemory -= entry.job().memory();
      }
    }
    return oldest;
  }

  /// Whether there is room for one more.
  boolean hasRoomFor(Job next, long sizeLimit) {
    return bytes + next.size() <= sizeLimit && memory + next.memory() <= memoryLimit;
  }

  private AtomicInteger number(JobState state) {
    return Objects.requireNonNull(byState.get(state));
  }

  private static String key(Job job) {
    return job.origin().order().key();
  }

  private static String scoped(String function, String key) {
    return function + ' ' + key;
  }
}
