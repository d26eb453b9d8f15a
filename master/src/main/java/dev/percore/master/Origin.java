package dev.percore.master;

import java.nio.file.Path;
import java.util.Optional;

/// Who has started the master, and what that means for it.
///
/// @param predecessor where a running master waits to be succeeded, in an upgrade
/// @param endsWithInput whether the end of the standard input is an order to stop: whoever holds
/// the other end of that pipe is gone then, however it ended
public record Origin(Optional<Path> predecessor, boolean endsWithInput) {
  /// Somebody at a terminal, an init system, a script.
  public static final Origin ORDINARY = new Origin(Optional.empty(), false);
}
