package dev.percore.master.admin;

import dev.percore.master.supervise.ProcessUsage;
import dev.percore.master.supervise.Slot;
import dev.percore.master.supervise.WorkerProcess;
import dev.percore.master.supervise.WorkerState;
import dev.percore.protocol.ControlMessage.Heartbeat;
import dev.percore.protocol.WorkerExit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Every slot and its worker: the answer to `GET /workers`.
public record WorkersView(List<Worker> workers) {

  /// One slot. What belongs to a process is null while the slot is empty.
  ///
  /// @param state `starting`, `prepared`, `ready`, `draining`, or `exited` while the slot is
  ///     empty
  /// @param started ISO 8601
  /// @param restarts workers started in this slot beyond the first
  /// @param lastExit how the previous worker ended, in words; null if there was none
  /// @param lastExitCode its exit code, or null if a signal ended it
  /// @param lastExitSignal the signal that ended it, or null
  /// @param cpuSeconds processor time used so far
  /// @param rssBytes resident memory
  /// @param inFlight requests read and not yet answered
  /// @param connections open client connections
  /// @param queued compute tasks that wait
  /// @param running compute tasks that run
  /// @param others further processes of the slot, which drain or are about to take over
  public record Worker(
      int slot,
      @Nullable Long pid,
      String state,
      @Nullable Integer generation,
      @Nullable String started,
      long restarts,
      @Nullable String lastExit,
      @Nullable Integer lastExitCode,
      @Nullable Integer lastExitSignal,
      @Nullable Double cpuSeconds,
      @Nullable Long rssBytes,
      @Nullable Integer inFlight,
      @Nullable Integer connections,
      @Nullable Integer queued,
      @Nullable Integer running,
      List<Other> others) {

    /// Copies what could change later.
    public Worker {
      others = List.copyOf(others);
    }
  }

  /// A process beside the worker of the day: one that drains or is about to take over.
  public record Other(long pid, String state, int generation, int inFlight) {}

  /// Reads the state of the moment.
  public static WorkersView of(List<Slot> slots) {
    return new WorkersView(
        slots.stream()
            .filter(slot -> slot.isWanted() || slot.process().isPresent())
            .map(WorkersView::worker)
            .toList());
  }

  private static Worker worker(Slot slot) {
    Optional<WorkerProcess> process = slot.process();
    Optional<ProcessUsage> usage = process.flatMap(p -> ProcessUsage.of(p.pid()));
    Optional<Heartbeat> heartbeat = process.map(WorkerProcess::lastHeartbeat);
    Optional<WorkerExit> last = slot.lastExit();
    return new Worker(
        slot.number(),
        process.map(WorkerProcess::pid).orElse(null),
        text(process.map(WorkerProcess::state).orElse(WorkerState.EXITED)),
        process.map(worker -> worker.generation().number()).orElse(null),
        process.map(p -> p.startedAt().toString()).orElse(null),
        slot.restarts(),
        last.map(WorkerExit::describe).orElse(null),
        last.filter(exit -> exit.signal().isEmpty()).map(WorkerExit::status).orElse(null),
        last.filter(exit -> exit.signal().isPresent())
            .map(exit -> exit.signal().getAsInt())
            .orElse(null),
        usage.map(ProcessUsage::cpuSeconds).orElse(null),
        usage.map(ProcessUsage::rssBytes).orElse(null),
        heartbeat.map(Heartbeat::inFlight).orElse(null),
        heartbeat.map(Heartbeat::connections).orElse(null),
        heartbeat.map(Heartbeat::queued).orElse(null),
        heartbeat.map(Heartbeat::running).orElse(null),
        others(slot));
  }

  private static List<Other> others(Slot slot) {
    return slot.processes().stream()
        .filter(other -> slot.process().filter(other::equals).isEmpty())
        .map(
            other ->
                new Other(
                    other.pid(),
                    text(other.state()),
                    other.generation().number(),
                    other.lastHeartbeat().inFlight()))
        .toList();
  }

  private static String text(WorkerState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
