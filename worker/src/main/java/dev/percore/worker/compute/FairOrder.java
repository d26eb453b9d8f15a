package dev.percore.worker.compute;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The order in which waiting tasks run: fair between clients, and the short ones first, as far
/// as nobody starves. Pure and not thread-safe; the time is an argument.
///
/// **Between clients** it is fair queueing by time on the lane. Each client has a virtual time,
/// which a task that is taken moves on by its estimate, and [#settle] by what it really took. The
/// client goes next whose virtual time will be the earliest after its next task, less the time
/// since it was served last. A client that comes begins at the lane's virtual time, so idling
/// earns nothing.
///
/// **Of one client** the task goes next whose estimate, less the time that it has waited, is the
/// smallest. So a task can be overtaken only by those that come within its own estimate after it.
final class FairOrder {
  /// Even a task that is expected to take no time costs a turn.
  static final long CHARGE_NANOS_MINIMUM = 100_000;

  /// Clients that are remembered for what they had lately while they have nothing that waits.
  private static final int DEBTORS_MAXIMUM = 1024;

  private static final Comparator<LaneTask> SHORT_OR_OLD_FIRST =
      (one, other) -> {
        // By the difference, since readings of the clock may overflow.
        int byRank = Long.signum(rank(one) - rank(other));
        return byRank != 0 ? byRank : Long.compare(one.sequence(), other.sequence());
      };

  /// The clients with waiting tasks, by name.
  private final Map<ClientName, Account> accounts = new LinkedHashMap<>();

  /// Virtual times of the others that are ahead of the lane's.
  private final Map<ClientName, Long> debts =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ClientName, Long> eldest) {
          return size() > DEBTORS_MAXIMUM;
        }
      };

  private long virtualNanos;
  private long sequence;
  private int size;
  private int portable;
  private int portableShort;
  private long estimateNanos;

  /// A client with waiting tasks.
  private static final class Account {
    final TreeSet<LaneTask> tasks = new TreeSet<>(SHORT_OR_OLD_FIRST);
    long virtualNanos;
    long unservedSinceNanos;
    long estimateNanos;

    Account(long virtualNanos, long unservedSinceNanos) {
      this.virtualNanos = virtualNanos;
      this.unservedSinceNanos = unservedSinceNanos;
    }

    /// The smaller, the earlier it is its turn, if that task is its next.
    long key(LaneTask next, long nowNanos) {
      return virtualNanos + next.estimateNanos() - (nowNanos - unservedSinceNanos);
    }
  }

  int size() {
    return size;
  }

  /// How many another worker could run.
  int portable() {
    return portable;
  }

  /// How many of these are taken for short.
  int portableShort() {
    return portableShort;
  }

  /// Whether there is one that fits.
  boolean anyMatch(Predicate<LaneTask> fits) {
    return accounts.values().stream().anyMatch(account -> first(account, fits) != null);
  }

  /// How long all together are expected to run.
  long estimateNanos() {
    return estimateNanos;
  }

  /// Adds a task that has not been here yet.
  void add(LaneTask task, long nowNanos) {
    task.setSequence(sequence++);
    insert(task, nowNanos);
  }

  /// Adds a task again that was taken and did not run: at its old place, and its client gets back
  /// what it was charged.
  void putBack(LaneTask task, long nowNanos) {
    adjust(task.client(), -task.chargedNanos());
    task.setChargedNanos(0);
    insert(task, nowNanos);
  }

  /// Takes the next task out; null if there is none.
  @Nullable LaneTask take(long nowNanos) {
    return take(_ -> true, nowNanos);
  }

  /// Takes the next task out of those that fit; null if there is none.
  @Nullable LaneTask take(Predicate<LaneTask> fits, long nowNanos) {
    LaneTask best = null;
    Account bestAccount = null;
    for (Account account : accounts.values()) {
      LaneTask next = first(account, fits);
      if (next != null
          && (best == null
              || bestAccount == null
              || account.key(next, nowNanos) < bestAccount.key(best, nowNanos))) {
        best = next;
        bestAccount = account;
      }
    }
    if (best == null || bestAccount == null) {
      return null;
    }
    virtualNanos = Math.max(virtualNanos, bestAccount.virtualNanos);
    best.setChargedNanos(Math.max(best.estimateNanos(), CHARGE_NANOS_MINIMUM));
    bestAccount.virtualNanos += best.chargedNanos();
    bestAccount.unservedSinceNanos = nowNanos;
    removeFrom(bestAccount, best);
    return best;
  }

  /// Charges a task that was taken for what it really took.
  ///
  /// @param nowNanos when it was done
  void settle(LaneTask task, long ranNanos, long nowNanos) {
    Account account = accounts.get(task.client());
    if (account != null) {
      account.unservedSinceNanos = nowNanos;
    }
    adjust(task.client(), Math.max(ranNanos, CHARGE_NANOS_MINIMUM) - task.chargedNanos());
    if (size == 0) {
      // Nobody waited for it, so nobody owes anything.
      debts.clear();
    }
  }

  /// Takes a waiting task out; false when it does not wait. Its client has not been charged yet.
  boolean remove(LaneTask task) {
    Account account = accounts.get(task.client());
    if (account == null || !account.tasks.contains(task)) {
      return false;
    }
    removeFrom(account, task);
    return true;
  }

  /// Takes out all that match.
  List<LaneTask> removeIf(Predicate<LaneTask> unwanted) {
    List<LaneTask> removed = new ArrayList<>();
    for (Account account : accounts.values()) {
      account.tasks.stream().filter(unwanted).forEach(removed::add);
    }
    removed.forEach(this::remove);
    return removed;
  }

  /// The task that has to make way for one of that client when the queue is full: the last one of
  /// the client with the most, if that is left with no fewer than the other will have. Null if it
  /// has not.
  @Nullable LaneTask displacedBy(ClientName client) {
    Account most = null;
    for (Account account : accounts.values()) {
      if (most == null || account.tasks.size() > most.tasks.size()) {
        most = account;
      }
    }
    Account own = accounts.get(client);
    int waiting = own == null ? 0 : own.tasks.size();
    return most != null && most.tasks.size() > waiting + 1 ? most.tasks.last() : null;
  }

  /// How long the tasks are expected to run that will run before this one if it comes now. Right up
  /// to one task of each client; those that come later and overtake it are not foreseen.
  long aheadNanos(LaneTask newcomer, long nowNanos) {
    Account own = accounts.get(newcomer.client());
    long start = own == null ? startOf(newcomer.client()) : own.virtualNanos;
    long ahead = 0;
    if (own != null) {
      for (LaneTask task : own.tasks) {
        if (rank(task) - rank(newcomer) > 0) {
          break;
        }
        ahead += task.estimateNanos();
      }
    }
    long end = start + ahead + newcomer.estimateNanos();
    for (Account other : accounts.values()) {
      if (other != own) {
        ahead += servedUntil(end, other, nowNanos);
      }
    }
    return ahead;
  }

  // Its tasks get their turns until its virtual time is there as well.
  private static long servedUntil(long virtualEnd, Account account, long nowNanos) {
    LaneTask next = account.tasks.first();
    long byTurns = Math.clamp(virtualEnd - account.virtualNanos, 0, account.estimateNanos);
    return account.key(next, nowNanos) <= virtualEnd ? Math.max(byTurns, next.estimateNanos()) : 0;
  }

  private void insert(LaneTask task, long nowNanos) {
    Account account = accounts.get(task.client());
    if (account == null) {
      account = new Account(startOf(task.client()), nowNanos);
      accounts.put(task.client(), account);
      debts.remove(task.client());
    }
    account.tasks.add(task);
    account.estimateNanos += task.estimateNanos();
    estimateNanos += task.estimateNanos();
    size++;
    countPortable(task, 1);
  }

  private void removeFrom(Account account, LaneTask task) {
    account.tasks.remove(task);
    account.estimateNanos -= task.estimateNanos();
    estimateNanos -= task.estimateNanos();
    size--;
    countPortable(task, -1);
    if (account.tasks.isEmpty()) {
      accounts.remove(task.client());
      owe(task.client(), account.virtualNanos);
    }
  }

  private void countPortable(LaneTask task, int change) {
    if (task.isPortable()) {
      portable += change;
      portableShort += task.isShort() ? change : 0;
    }
  }

  private void adjust(ClientName client, long nanos) {
    Account account = accounts.get(client);
    if (account != null) {
      account.virtualNanos += nanos;
    } else {
      owe(client, startOf(client) + nanos);
    }
  }

  private long startOf(ClientName client) {
    return Math.max(virtualNanos, debts.getOrDefault(client, virtualNanos));
  }

  private void owe(ClientName client, long clientVirtualNanos) {
    debts.remove(client);
    if (clientVirtualNanos > virtualNanos) {
      debts.put(client, clientVirtualNanos);
    }
  }

  private static @Nullable LaneTask first(Account account, Predicate<LaneTask> fits) {
    for (LaneTask task : account.tasks) {
      if (fits.test(task)) {
        return task;
      }
    }
    return null;
  }

  private static long rank(LaneTask task) {
    return task.submittedNanos() + task.estimateNanos();
  }
}
