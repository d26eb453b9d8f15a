package dev.percore.master;

/// How the server stops.
public enum StopMode {
  /// Requests in flight get a short time (`shutdown.fast`). TERM and INT.
  FAST,
  /// Requests in flight get as long as they need, within `shutdown.graceful`. QUIT.
  GRACEFUL
}
