package dev.percore.master.jobs;

import dev.percore.protocol.ControlMessage.ToWorker;
import java.util.List;
import java.util.Optional;

/// The workers that may run jobs now.
public interface Crew {

  /// Those that serve, by slot.
  List<Member> ready();

  /// One that lives, also if it drains.
  Optional<Member> find(long pid);

  /// One worker.
  interface Member {
    /// Of its process.
    long pid();

    /// Whether its lane had nothing to do when it last told.
    boolean isIdle();

    void tell(ToWorker message);
  }
}
