package dev.percore.worker.http.observe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread that writes the access log. While entries come in it looks for them every few
/// milliseconds, so that the event loop need not wake it; when none came it sleeps until woken.
final class AccessLogWriter {
  private static final Logger log = LoggerFactory.getLogger(AccessLogWriter.class);
  private static final int BATCH_BYTES = 64 * 1024;
  private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();
  private static final long REPORT_INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();

  private final AccessLog source;
  private final AccessFormat format;
  private final Supplier<OutputStream> opener;
  private OutputStream out;
  private final Thread thread =
      Thread.ofPlatform().name("access-log").daemon().unstarted(this::run);
  private final ByteArrayOutputStream batch = new ByteArrayOutputStream(2 * BATCH_BYTES);
  private volatile boolean asleep;
  private volatile boolean finishing;
  private volatile boolean reopening;
  private boolean failing;
  private long droppedReported;
  private long reportedNanos = System.nanoTime() - REPORT_INTERVAL_NANOS;

  /// @param opener opens what the log is written to, now and whenever it is to be opened anew;
  ///     may throw an [UncheckedIOException]
  AccessLogWriter(AccessLog source, AccessFormat format, Supplier<OutputStream> opener) {
    this.source = source;
    this.format = format;
    this.opener = opener;
    this.out = opener.get();
  }

  void start() {
    thread.start();
  }

  /// From any thread.
  void wakeIfAsleep() {
    if (asleep) {
      asleep = false;
      LockSupport.unpark(thread);
    }
  }

  /// Has the thread open the file anew after what it writes at the moment. From any thread.
  void reopen() {
    reopening = true;
    LockSupport.unpark(thread);
  }

  /// Lets the thread write what is queued and waits for its end. From any other thread.
  void finish(Duration timeout) {
    finishing = true;
    LockSupport.unpark(thread);
    try {
      if (!thread.join(timeout)) {
        log.warn("the access log was not written to its end within {}", timeout);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!finishing) {
      if (reopening) {
        openAnew();
      }
      boolean busy = writeQueued();
      if (!busy) {
        sleep();
      } else if (source.isEmpty()) {
        LockSupport.parkNanos(this, PAUSE_NANOS);
      }
      reportDropped();
    }
    while (writeQueued()) {
      reportDropped();
    }
    try {
      out.close();
    } catch (IOException e) {
      log.warn("the access log was not closed cleanly", e);
    }
  }

  private void sleep() {
    asleep = true;
    if (source.isEmpty() && !finishing && !reopening) {
      LockSupport.park(this);
    }
    asleep = false;
  }

  private void openAnew() {
    reopening = false;
    try {
      OutputStream former = out;
      out = opener.get();
      former.close();
    } catch (UncheckedIOException | IOException e) {
      log.error("the access log could not be opened anew", e);
    }
  }

  // Whether there was anything.
  private boolean writeQueued() {
    int entries = 0;
    for (AccessEntry entry = next(); entry != null; entry = next()) {
      format(entry);
      entries++;
    }
    if (entries == 0) {
      return false;
    }
    write(entries);
    return true;
  }

  // One entry that cannot be formatted must not end the log for all others.
  private void format(AccessEntry entry) {
    try {
      format.write(entry, batch);
    } catch (RuntimeException e) {
      log.error("a line of the access log could not be formatted", e);
    }
  }

  private @Nullable AccessEntry next() {
    return batch.size() < BATCH_BYTES ? source.poll() : null;
  }

  private void write(int entries) {
    try {
      batch.writeTo(out);
      failing = false;
    } catch (IOException e) {
      source.countDropped(entries);
      if (!failing) {
        log.error("the access log cannot be written; lines are lost", e);
      }
      failing = true;
    }
    batch.reset();
  }

  private void reportDropped() {
    long dropped = source.dropped();
    long now = System.nanoTime();
    if (dropped > droppedReported && now - reportedNanos >= REPORT_INTERVAL_NANOS) {
      log.warn(
          "the access log lost {} lines, since it could not be written as fast as requests came",
          dropped - droppedReported);
      droppedReported = dropped;
      reportedNanos = now;
    }
  }
}
