package dev.percore.config.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import dev.percore.config.ServerConfig;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/// Starts and stops the log of this process.
public final class LogSetup {

  /// Libraries whose INFO and DEBUG say nothing to an operator.
  private static final List<String> QUIET = List.of("io.netty", "io.micrometer", "io.prometheus");

  private LogSetup() {}

  /// Writes the log as the settings say from now on. May be called again with other settings: no
  /// line is lost in between, and none appears in both places.
  ///
  /// @throws UncheckedIOException when the file cannot be written; the log then goes on as before
  public static void start(ServerConfig.Log log, ProcessIdentity identity) {
    LoggerContext context = context();
    LineEncoder encoder =
        switch (log.format()) {
          case TEXT -> new TextEncoder(identity.label(), identity.pid(), Timestamps.local());
          case JSON -> new JsonEncoder(identity, Timestamps.local());
        };
    Path file = log.file();
    writeTo(
        context,
        file == null ? console(context, "System.out", encoder) : file(context, file, encoder));
    setLevels(context, Level.toLevel(log.level().name()));
  }

  /// Hands a copy of each entry, as text, to a receiver from now on, until [#stop]. A new
  /// [#start] changes nothing about it.
  public static void copyTo(Consumer<byte[]> receiver, ProcessIdentity identity) {
    LoggerContext context = context();
    LogCopy copy =
        new LogCopy(
            new TextEncoder(identity.label(), identity.pid(), Timestamps.local()), receiver);
    copy.setContext(context);
    copy.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(copy);
  }

  /// Writes what is left and closes the log; later lines are dropped.
  public static void stop() {
    LoggerContext context = context();
    context.stop();
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }

  /// Writes there from now on, and nowhere else; copies go on.
  static void writeTo(LoggerContext context, Appender<ILoggingEvent> appender) {
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    Iterator<Appender<ILoggingEvent>> present = root.iteratorForAppenders();
    while (present.hasNext()) {
      if (present.next() instanceof LogTarget target) {
        target.change(appender);
        return;
      }
    }
    LogTarget target = new LogTarget(appender);
    target.setContext(context);
    target.start();
    root.addAppender(target);
  }

  static void setLevels(LoggerContext context, Level level) {
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(level);
    Level quiet = level == Level.TRACE || level == Level.ERROR ? level : Level.WARN;
    QUIET.forEach(name -> context.getLogger(name).setLevel(quiet));
  }

  static Appender<ILoggingEvent> console(
      LoggerContext context, String target, LineEncoder encoder) {
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setTarget(target);
    return started(context, appender, encoder);
  }

  /// The appender stays without a name, since Logback refuses two named ones on the same file,
  /// which is what a second start has for a moment.
  private static Appender<ILoggingEvent> file(
      LoggerContext context, Path file, LineEncoder encoder) {
    checkWritable(file);
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setFile(file.toString());
    Appender<ILoggingEvent> started = started(context, appender, encoder);
    if (!started.isStarted()) { // the file has become impossible since it was checked
      throw cannotAppend(file, new IOException("it could not be opened"));
    }
    return started;
  }

  /// Logback itself would only note the failure and drop every line.
  private static void checkWritable(Path file) {
    try {
      Path folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      new FileOutputStream(file.toFile(), true).close();
    } catch (IOException e) {
      throw cannotAppend(file, e);
    }
  }

  private static UncheckedIOException cannotAppend(Path file, IOException cause) {
    return new UncheckedIOException("cannot append to log.file " + file, cause);
  }

  private static Appender<ILoggingEvent> started(
      LoggerContext context, OutputStreamAppender<ILoggingEvent> appender, LineEncoder encoder) {
    encoder.setContext(context);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }
}
