package dev.percore.master;

import dev.percore.master.jobs.Crew;
import dev.percore.master.supervise.Supervisor;
import dev.percore.master.supervise.WorkerProcess;
import dev.percore.master.supervise.WorkerState;
import dev.percore.protocol.ControlMessage.Heartbeat;
import dev.percore.protocol.ControlMessage.ToWorker;
import java.util.List;
import java.util.Optional;

/// The workers that serve, as those that run jobs.
record ReadyCrew(Supervisor supervisor) implements Crew {
  @Override
  public List<Crew.Member> ready() {
    return supervisor.slots().stream()
        .flatMap(slot -> slot.serving().stream())
        .filter(worker -> worker.state() == WorkerState.READY)
        .<Crew.Member>map(Member::new)
        .toList();
  }

  @Override
  public Optional<Crew.Member> find(long pid) {
    return supervisor.worker(pid).map(Member::new);
  }

  private record Member(WorkerProcess worker) implements Crew.Member {
    @Override
    public long pid() {
      return worker.pid();
    }

    @Override
    public boolean isIdle() {
      Heartbeat last = worker.lastHeartbeat();
      return last.running() == 0 && last.queued() == 0;
    }

    @Override
    public void tell(ToWorker message) {
      worker.tell(message);
    }
  }
}
