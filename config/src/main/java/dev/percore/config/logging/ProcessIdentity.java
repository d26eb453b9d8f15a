package dev.percore.config.logging;

import java.util.Locale;
import java.util.OptionalInt;

/// Which process writes a line of the log.
///
/// @param slot the worker's slot; empty for the master
public record ProcessIdentity(Role role, OptionalInt slot, long pid) {

  /// What a process is there for.
  public enum Role {
    MASTER,
    WORKER;

    /// The role's name in the log.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// This process as the master.
  public static ProcessIdentity master() {
    return new ProcessIdentity(Role.MASTER, OptionalInt.empty(), ProcessHandle.current().pid());
  }

  /// This process as the worker of a slot.
  public static ProcessIdentity worker(int slot) {
    return new ProcessIdentity(Role.WORKER, OptionalInt.of(slot), ProcessHandle.current().pid());
  }

  /// Role and slot in one word: `master` or `worker-0`.
  public String label() {
    return slot.isPresent() ? role.label() + "-" + slot.getAsInt() : role.label();
  }
}
