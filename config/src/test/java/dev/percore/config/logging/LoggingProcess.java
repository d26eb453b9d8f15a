package dev.percore.config.logging;

import dev.percore.config.ServerConfig;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A process that logs, for tests. Without arguments it never calls [LogSetup#start].
public final class LoggingProcess {

  static final int ENTRIES = 300;

  private LoggingProcess() {}

  /// Logs.
  ///
  /// @param arguments slot, and file or `-` for the standard output
  public static void main(String[] arguments) {
    Logger logger = LoggerFactory.getLogger(LoggingProcess.class);
    logger.debug("not to be seen");
    logger.info("early");
    if (arguments.length == 0) {
      return;
    }
    Path file = arguments[1].equals("-") ? null : Path.of(arguments[1]);
    ServerConfig.Log log =
        new ServerConfig.Log(ServerConfig.LogLevel.INFO, ServerConfig.LogFormat.JSON, file);
    LogSetup.start(log, ProcessIdentity.worker(Integer.parseInt(arguments[0])));
    for (int i = 0; i < ENTRIES; i++) {
      logger.info("x".repeat(i * 60));
    }
    LogSetup.stop();
  }
}
