package dev.percore.master;

import dev.percore.config.ConfigException;
import dev.percore.config.ConfigLoader;
import dev.percore.config.ConfigSources;
import dev.percore.config.LoadedConfig;
import dev.percore.config.ServerConfig;
import dev.percore.config.logging.LogSetup;
import dev.percore.config.logging.ProcessIdentity;
import dev.percore.master.host.LogFiles;
import dev.percore.master.launch.RunFolder;
import dev.percore.master.listen.ListenException;
import dev.percore.master.listen.ListenSockets;
import dev.percore.master.reload.Reloader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a reload changes beside the workers: the listening sockets and the master's own log.
///
/// @param offLoop where files may be opened
record Environment(
    ConfigSources sources, RunFolder runFolder, ListenSockets sockets, Executor offLoop)
    implements Reloader.Surroundings {
  private static final Logger log = LoggerFactory.getLogger(Environment.class);

  @Override
  public LoadedConfig load() throws ConfigException {
    LoadedConfig loaded = ConfigLoader.load(sources);
    prepareLogs(loaded.config());
    return loaded;
  }

  // Workers of another user could not make them.
  private void prepareLogs(ServerConfig config) {
    try {
      LogFiles.prepare(config, runFolder.ownership());
    } catch (IOException failure) {
      log.error("a log file cannot be made: {}", failure.getMessage());
    }
  }

  @Override
  public void prepare(ServerConfig present, ServerConfig next) throws ListenException {
    sockets.add(next.listen());
    try {
      sockets.extendTo(next.workers());
    } catch (ListenException failure) {
      sockets.reconfigure(present.listen());
      throw failure;
    }
  }

  @Override
  public void adopt(LoadedConfig loaded) {
    try {
      sockets.reconfigure(loaded.config().listen());
    } catch (ListenException failure) {
      log.error("listens as before: {}", failure.getMessage());
    }
    offLoop.execute(() -> openLogs(loaded.config()));
  }

  /// Makes the log files that are missing, gives them to whom they are for, and has the master
  /// write to its own. May block.
  void openLogs(ServerConfig config) {
    prepareLogs(config);
    try {
      LogSetup.start(config.log(), ProcessIdentity.master());
    } catch (UncheckedIOException failure) {
      log.error("the log goes on as before: {}", failure.getMessage());
    }
  }

  /// Such as `serving on 0.0.0.0:8080`.
  String serving() {
    return "serving on " + String.join(", ", sockets.texts());
  }
}
