package dev.percore.worker.files;

import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Files that are too long to be held in memory and were opened a moment ago, by the paths of their
/// URLs. While one is here it need not be looked for again. Thread-safe; nothing waits for a disk,
/// but that the last share in a file that was removed frees its blocks.
final class OpenFiles {
  private static final Logger log = LoggerFactory.getLogger(OpenFiles.class);

  private final int filesMax;
  private final long validNanos;
  private final LongSupplier nanoClock;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  private record Entry(SharedFile file, long sinceNanos) {}

  /// @param filesMax how many may be here; 0 keeps none
  /// @param valid how long each may
  OpenFiles(int filesMax, Duration valid, LongSupplier nanoClock) {
    this.filesMax = filesMax;
    this.validNanos = valid.toNanos();
    this.nanoClock = nanoClock;
  }

  /// The answer by a file that is here; null if there is none such that is as it was.
  @Nullable Response answer(Request request, int readBytesMax) {
    Entry entry = entries.get(request.path());
    if (entry == null || isOld(entry, nanoClock.getAsLong())) {
      return null;
    }
    try {
      SharedFile file = entry.file();
      return file.isShorter() ? null : file.answer(request, readBytesMax);
    } catch (IOException e) {
      log.debug("an open file is not to be used any more", e);
      return null;
    }
  }

  /// Keeps a file, if there is a place.
  ///
  /// @param sinceNanos when it was looked for
  void keep(String path, SharedFile file, long sinceNanos) {
    Entry entry = new Entry(file, sinceNanos);
    // It may be one more for each thread that is here at the same time.
    if ((entries.size() < filesMax || entries.containsKey(path)) && file.acquire()) {
      Entry before = entries.put(path, entry);
      if (before != null) {
        release(before);
      }
    }
  }

  /// Gives up what has been here for long enough. To be called now and then, or files that were
  /// removed would keep their place on the disk.
  void giveUpOld() {
    if (entries.isEmpty()) {
      return;
    }
    long now = nanoClock.getAsLong();
    entries.forEach(
        (path, entry) -> {
          if (isOld(entry, now) && entries.remove(path, entry)) {
            release(entry);
          }
        });
  }

  private static void release(Entry entry) {
    try {
      entry.file().release();
    } catch (IOException e) {
      log.warn("a file was not closed cleanly", e);
    }
  }

  private boolean isOld(Entry entry, long now) {
    return now - entry.sinceNanos() >= validNanos;
  }
}
