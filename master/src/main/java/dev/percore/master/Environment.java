package dev.percore.master;

import dev.percore.config.ConfigException;
import dev.percore.config.ConfigLoader;
import dev.percore.config.ConfigSources;
import dev.percore.config.LoadedConfig;
import dev.percore.config.ServerConfig;
import dev.percore.master.launch.RunFolder;
import dev.percore.master.listen.ListenException;
import dev.percore.master.listen.ListenSockets;
import dev.percore.master.reload.Reloader;
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
    return ConfigLoader.load(sources);
  }

  @Override
  public void prepare(ServerConfig present, ServerConfig next) throws ListenException {
    sockets.extendTo(next.workers());
    sockets.add(next.listen());
  }

  @Override
  public void adopt(LoadedConfig loaded) {
    try {
      sockets.reconfigure(loaded.config().listen());
    } catch (ListenException failure) {
      log.error("listens as before: {}", failure.getMessage());
    }
    offLoop.execute(() -> Operations.startLog(loaded.config().log()));
  }
}
