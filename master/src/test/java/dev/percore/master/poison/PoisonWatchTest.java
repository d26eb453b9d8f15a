package dev.percore.master.poison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.ServerConfig;
import dev.percore.master.host.Ownership;
import dev.percore.master.launch.SharedPoison;
import dev.percore.master.supervise.Evidence;
import dev.percore.master.supervise.Gate;
import dev.percore.master.supervise.Generation;
import dev.percore.master.supervise.Launcher;
import dev.percore.master.supervise.Slot;
import dev.percore.master.supervise.Supervisor;
import dev.percore.master.supervise.SupervisorListener;
import dev.percore.master.supervise.TestConfig;
import dev.percore.master.supervise.WorkerLink;
import dev.percore.master.supervise.WorkerProcess;
import dev.percore.protocol.ControlMessage;
import dev.percore.protocol.ControlMessage.Heartbeat;
import dev.percore.protocol.WorkerExit;
import dev.percore.protocol.shared.CallRow;
import dev.percore.protocol.shared.PoisonLease;
import dev.percore.protocol.shared.PoisonTable;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who is blamed, with a supervisor whose processes are only numbers, and a real table.
class PoisonWatchTest {
  private static final ServerConfig.Poison SETTINGS =
      new ServerConfig.Poison(2, Duration.ofMinutes(1), Duration.ofMinutes(1));
  private static final WorkerExit KILLED = new WorkerExit(137);
  private static final WorkerExit ORDERLY = new WorkerExit(0);
  private static final long DEADLY = 7;
  private static final long HARMLESS = 8;

  @TempDir private Path folder;
  private final Processes processes = new Processes();
  private final Map<Long, CallRow> rows = new HashMap<>();
  private long now = 1_000_000_000;
  private SharedPoison shared;
  private PoisonWatch watch;
  private Supervisor supervisor;

  @BeforeEach
  void serve() throws IOException {
    shared = new SharedPoison(folder, Ownership.unchanged());
    watch = new PoisonWatch(shared, SETTINGS, () -> now);
    supervisor =
        new Supervisor(
            new Generation(1, TestConfig.load(List.of("workers=2", "supervision.lane_grace=1s"))),
            processes,
            new Owner(),
            Evidence.NONE,
            () -> now,
            InstantSource.system(),
            RandomGenerator.getDefault(),
            _ -> 0,
            2,
            false);
    supervisor.reconcile();
    supervisor.slots().forEach(slot -> become(slot.next().orElseThrow()));
  }

  @AfterEach
  void close() throws IOException {
    shared.close();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aCallAtWhichTwoWorkersDiedIsRefused() {
    die(0);
    assertThat(watch.marked()).isZero();
    assertThat(watch.entries()).extracting(PoisonTable.Entry::deaths).containsExactly(1);
    die(1);
    assertThat(watch.marked()).isOne();
    assertThat(watch.deaths()).isEqualTo(2);

    now += SETTINGS.refuse().toNanos();
    assertThat(watch.marked()).isZero();
    now += SETTINGS.window().toNanos();
    watch.look(supervisor.processes());
    assertThat(watch.entries()).isEmpty();
  }

  @Test
  void aWorkerIsOneDeathHoweverOftenItIsLookedAt() {
    WorkerProcess worker = worker(0);
    begin(worker, DEADLY);
    watch.detached(worker);
    watch.detached(worker);
    exit(worker, KILLED);
    assertThat(watch.entries()).extracting(PoisonTable.Entry::deaths).containsExactly(1);
  }

  @Test
  void whatIsOverIsNotBlamed() {
    WorkerProcess worker = worker(0);
    begin(worker, HARMLESS);
    row(worker).end();
    exit(worker, KILLED);
    assertThat(watch.entries()).isEmpty();
    WorkerProcess next = worker(0);
    begin(next, DEADLY);
    exit(next, new WorkerExit(WorkerExit.OUT_OF_MEMORY));
    assertThat(watch.entries())
        .extracting(PoisonTable.Entry::fingerprint)
        .as("the next in the same row")
        .containsExactly(DEADLY);
  }

  @Test
  void aPlannedEndBlamesNobodyButACrashInItDoes() {
    WorkerProcess drained = worker(0);
    WorkerProcess crashed = worker(1);
    begin(drained, HARMLESS);
    begin(crashed, DEADLY);
    supervisor.stop(Duration.ofSeconds(1));
    watch.detached(drained);
    exit(drained, ORDERLY);
    exit(crashed, new WorkerExit(139));
    assertThat(watch.entries()).extracting(PoisonTable.Entry::fingerprint).containsExactly(DEADLY);
  }

  @Test
  void aWorkerThatIsCutAtItsDeadlineBlamesNobody() {
    WorkerProcess worker = worker(0);
    begin(worker, HARMLESS);
    supervisor.stop(Duration.ofSeconds(1));
    now += Duration.ofSeconds(10).toNanos();
    supervisor.reconcile();
    assertThat(worker.isKilled()).isTrue();
    watch.look(supervisor.processes());
    exit(worker, KILLED);
    assertThat(watch.entries()).isEmpty();
  }

  @Test
  void aComputationThatDoesNotEndIsBlamedWhenItsWorkerIsGivenUp() {
    WorkerProcess worker = worker(0);
    begin(worker, DEADLY);
    now += Duration.ofSeconds(5).toNanos();
    supervisor.heartbeat(worker, overdue(Duration.ofSeconds(2)));
    watch.look(supervisor.processes());
    assertThat(watch.entries()).isEmpty();

    supervisor.reconcile();
    watch.look(supervisor.processes());
    assertThat(watch.entries()).extracting(PoisonTable.Entry::fingerprint).containsExactly(DEADLY);

    become(supervisor.slots().getFirst().next().orElseThrow());
    exit(worker, ORDERLY);
    assertThat(watch.entries()).extracting(PoisonTable.Entry::deaths).containsExactly(1);
  }

  @Test
  void whoBeganAfterAComputationThatDidNotEndIsNotBlamedForIt() {
    WorkerProcess worker = worker(0);
    now += Duration.ofSeconds(5).toNanos();
    begin(worker, HARMLESS);
    supervisor.heartbeat(worker, overdue(Duration.ofSeconds(2)));
    supervisor.reconcile();
    watch.look(supervisor.processes());
    assertThat(watch.entries()).isEmpty();
  }

  @Test
  void switchedOffItBlamesNobody() {
    watch.use(new ServerConfig.Poison(0, SETTINGS.window(), SETTINGS.refuse()));
    die(0);
    die(1);
    assertThat(watch.entries()).isEmpty();
  }

  @Test
  void aReloadKeepsWhatIsKnownAndAnOperatorForgives() {
    die(0);
    die(1);
    supervisor.changeOver(new Generation(2, TestConfig.load(List.of("workers=2"))), Gate.rolling());
    assertThat(watch.marked()).isOne();
    assertThat(watch.forget(HARMLESS)).isFalse();
    assertThat(watch.forget(DEADLY)).isTrue();
    assertThat(watch.marked()).isZero();
  }

  private void die(int slot) {
    WorkerProcess worker = worker(slot);
    begin(worker, DEADLY);
    exit(worker, KILLED);
  }

  private void begin(WorkerProcess worker, long fingerprint) {
    now += 1_000;
    row(worker).begin("f", fingerprint, now, false);
    now += 1_000;
  }

  private CallRow row(WorkerProcess worker) {
    return Objects.requireNonNull(rows.get(worker.pid()));
  }

  private WorkerProcess worker(int slot) {
    return supervisor.slots().get(slot).process().orElseThrow();
  }

  private void become(WorkerProcess worker) {
    supervisor.attached(worker, processes);
    supervisor.prepared(worker);
    supervisor.ready(worker);
  }

  // And another one takes its place.
  private void exit(WorkerProcess worker, WorkerExit exit) {
    supervisor.exited(worker, exit);
    now += Duration.ofSeconds(1).toNanos();
    supervisor.reconcile();
    supervisor.slots().get(worker.slot()).next().ifPresent(this::become);
  }

  private static Heartbeat overdue(Duration time) {
    return new Heartbeat(Duration.ZERO, 1, 1, 0, 1, 0, time, 0);
  }

  private final class Owner implements SupervisorListener {
    @Override
    public void exited(WorkerProcess worker, WorkerExit exit) {
      watch.exited(worker, exit);
    }

    @Override
    public void slotAdded(Slot slot) {}

    @Override
    public void spawned(WorkerProcess worker) {}

    @Override
    public void notSpawned(int slot, Generation generation, String reason) {}

    @Override
    public void lend(int slot, WorkerProcess worker) {}

    @Override
    public void serving() {}

    @Override
    public void startFailed(String reason) {}

    @Override
    public void stopped() {}
  }

  private final class Processes implements Launcher, WorkerLink {
    private long lastPid = 100;

    @Override
    public Launched launch(int slot, Generation generation, boolean besideOthers)
        throws IOException {
      long pid = ++lastPid;
      PoisonLease lease = shared.lease().orElseThrow();
      shared.began(pid, lease);
      rows.put(pid, PoisonTable.open(lease.file()).row(lease.row()));
      return new Launched() {
        @Override
        public long pid() {
          return pid;
        }

        @Override
        public void kill() {}

        @Override
        public CompletionStage<WorkerExit> onExit() {
          return new CompletableFuture<>();
        }
      };
    }

    @Override
    public void send(ControlMessage.ToWorker message) {}

    @Override
    public void send(ControlMessage.ToWorker message, FileDescriptor descriptor, Sent whenSent) {}
  }
}
