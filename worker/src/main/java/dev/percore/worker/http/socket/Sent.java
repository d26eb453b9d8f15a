package dev.percore.worker.http.socket;

/// Told on the event loop what became of something that was to be sent.
@FunctionalInterface
public interface Sent {
  /// Nobody wants to know.
  Sent UNHEEDED = _ -> {};

  /// It is over.
  ///
  /// @param whole whether all of it was handed over to the kernel
  void sent(boolean whole);
}
