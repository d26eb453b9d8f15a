package dev.percore.config.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;

/// The log before [LogSetup#start]: text on the standard error, from INFO up. [LogProvider] knows
/// it; where that one is not named, as in tests, Logback finds it by ServiceLoader and therefore
/// looks for no configuration file.
public final class EarlyLogging extends ContextAwareBase implements Configurator {

  /// Made by ServiceLoader.
  public EarlyLogging() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    context.getStatusManager().add(new LogFailures());
    long pid = ProcessHandle.current().pid();
    LineEncoder encoder = new TextEncoder("percore", pid, Timestamps.local());
    LogSetup.writeTo(context, LogSetup.console(context, "System.err", encoder));
    LogSetup.setLevels(context, Level.INFO);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
