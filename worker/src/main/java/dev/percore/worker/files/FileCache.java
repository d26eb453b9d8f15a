package dev.percore.worker.files;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Small files as they were a moment ago, by the paths of their URLs. Thread-safe; nothing blocks.
///
/// What is too old is thrown away when it is found, and when there is no room: then all of it, at
/// most once in the time for which an entry is valid. What finds no room is not kept.
final class FileCache {
  private final long bytesMax;
  private final long validNanos;
  private final LongSupplier nanoClock;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong sweptNanos;

  private record Entry(HeldFile file, long sinceNanos) {}

  /// @param bytesMax memory for all of them; 0 keeps none
  /// @param valid how old an entry may be
  FileCache(long bytesMax, Duration valid, LongSupplier nanoClock) {
    this.bytesMax = bytesMax;
    this.validNanos = valid.toNanos();
    this.nanoClock = nanoClock;
    this.sweptNanos = new AtomicLong(nanoClock.getAsLong());
  }

  /// The file, if it is here and not too old.
  @Nullable HeldFile find(String path) {
    Entry entry = entries.get(path);
    if (entry == null) {
      return null;
    }
    if (isOld(entry, nanoClock.getAsLong())) {
      remove(path, entry);
      return null;
    }
    return entry.file();
  }

  /// Keeps a file.
  ///
  /// @param sinceNanos when it was looked for, by the clock of the cache
  void keep(String path, HeldFile file, long sinceNanos) {
    long size = size(path, file);
    if (size > bytesMax) {
      return;
    }
    Entry entry = new Entry(file, sinceNanos);
    Entry before = entries.put(path, entry);
    long more = before == null ? size : size - size(path, before.file());
    if (bytes.addAndGet(more) > bytesMax && !makeRoom()) {
      remove(path, entry);
    }
  }

  /// The time that [#keep] wants to know.
  long now() {
    return nanoClock.getAsLong();
  }

  // Whoever comes first does it for all.
  private boolean makeRoom() {
    long now = nanoClock.getAsLong();
    long last = sweptNanos.get();
    if (now - last >= validNanos && sweptNanos.compareAndSet(last, now)) {
      entries.forEach(
          (path, entry) -> {
            if (isOld(entry, now)) {
              remove(path, entry);
            }
          });
    }
    return bytes.get() <= bytesMax;
  }

  private void remove(String path, Entry entry) {
    if (entries.remove(path, entry)) {
      bytes.addAndGet(-size(path, entry.file()));
    }
  }

  private boolean isOld(Entry entry, long now) {
    return now - entry.sinceNanos() >= validNanos;
  }

  private static long size(String path, HeldFile file) {
    return file.bytes() + 2L * path.length();
  }
}
