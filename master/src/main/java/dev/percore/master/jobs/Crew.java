package dev.percore.master.jobs;

import dev.percore.protocol.ControlMessage.ToWorker;
import java.util.List;

/// The workers that may run jobs now.
@FunctionalInterface
public interface Crew {

  /// Those that serve, by slot.
  List<Member> ready();

  /// One worker.
  interface Member {
    /// Of its process.
    long pid();

    /// Whether its lane had nothing to do when it last told.
    boolean isIdle();

    void tell(ToWorker message);
  }
}
