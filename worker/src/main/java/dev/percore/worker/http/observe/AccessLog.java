package dev.percore.worker.http.observe;

import dev.percore.config.ServerConfig;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The access log. Entries are queued on the event loop, which never waits; a thread of its own
/// formats and writes them in batches. The queue holds a number of bytes, since clients decide
/// how long an entry is; what it cannot hold is dropped and counted.
///
/// Several workers may append to one file: each batch is whole lines, written in one call.
public final class AccessLog implements AutoCloseable {
  static final long QUEUE_BYTES_MAX = 4L * 1024 * 1024;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final ServerConfig.AccessLog settings;
  private final ConcurrentLinkedQueue<AccessEntry> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private volatile @Nullable AccessLogWriter writer;

  public AccessLog(ServerConfig.AccessLog settings) {
    this.settings = settings;
  }

  /// Opens the file and starts the writer's thread; does nothing when the log is off. Call it
  /// before the first request.
  ///
  /// @throws UncheckedIOException when the file cannot be opened
  public void start() {
    switch (settings.format()) {
      case OFF -> {}
      case COMBINED -> start(new CombinedFormat(ZoneId.systemDefault()));
      case JSON -> start(new JsonFormat());
    }
  }

  /// Whether entries are wanted at all.
  public boolean isOn() {
    return writer != null;
  }

  /// Queues an entry, or drops it.
  public void append(AccessEntry entry) {
    AccessLogWriter consumer = writer;
    if (consumer == null) {
      return;
    }
    if (queuedBytes.get() >= QUEUE_BYTES_MAX) {
      dropped.incrementAndGet();
      return;
    }
    queuedBytes.addAndGet(entry.heapBytes());
    queue.add(entry);
    consumer.wakeIfAsleep();
  }

  /// How many entries were lost since the start.
  public long dropped() {
    return dropped.get();
  }

  /// Opens the file anew, since somebody may have renamed it. From any thread.
  public void reopen() {
    AccessLogWriter consumer = writer;
    if (consumer != null) {
      consumer.reopen();
    }
  }

  /// Writes what is queued, then ends the thread and closes the file.
  @Override
  public void close() {
    AccessLogWriter consumer = writer;
    if (consumer != null) {
      writer = null;
      consumer.finish(CLOSE_TIMEOUT);
    }
  }

  /// The next entry, or null; for the writer.
  @Nullable AccessEntry poll() {
    AccessEntry entry = queue.poll();
    if (entry != null) {
      queuedBytes.addAndGet(-entry.heapBytes());
    }
    return entry;
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  void countDropped(int entries) {
    dropped.addAndGet(entries);
  }

  void start(AccessFormat format) {
    AccessLogWriter consumer = new AccessLogWriter(this, format, this::open);
    consumer.start();
    writer = consumer;
  }

  private OutputStream open() {
    Path file = settings.file();
    if (file == null) {
      return new StandardOutput();
    }
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      return new FileOutputStream(file.toFile(), true);
    } catch (IOException e) {
      throw new UncheckedIOException("the access log " + file + " cannot be opened: " + e, e);
    }
  }

  // Not System.out, which locks, encodes and hides errors; and it stays open for others.
  private static final class StandardOutput extends FileOutputStream {
    StandardOutput() {
      super(FileDescriptor.out);
    }

    @Override
    public void close() {}
  }
}
