package dev.percore.master.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a JVM left behind that tells of its end.
enum Remains {
  NONE,
  /// The heap, written when it was exhausted.
  HEAP_DUMP,
  /// HotSpot's report of a crash.
  CRASH,
  /// The same, but the signal came from another process.
  CRASH_BY_SIGNAL;

  static final String ERROR_FILE = "hs_err.log";
  static final String HEAP_DUMP_FILE = "heap.hprof.gz";

  /// HotSpot's words in its first lines.
  private static final String SENT_BY_KILL = "(sent by kill)";

  private static final int FIRST_LINES = 10;

  /// The file is a worker's: its lines may be of any length.
  private static final int FIRST_BYTES = 8 << 10;

  /// @param folder that its options name for these files; null if there is none
  static Remains in(@Nullable Path folder) {
    if (folder == null) {
      return NONE;
    }
    if (hasHeapDump(folder)) {
      return HEAP_DUMP;
    }
    Path errors = folder.resolve(ERROR_FILE);
    if (!Files.exists(errors)) {
      return NONE;
    }
    try (InputStream in = Files.newInputStream(errors)) {
      String head = new String(in.readNBytes(FIRST_BYTES), StandardCharsets.ISO_8859_1);
      boolean sent = head.lines().limit(FIRST_LINES).anyMatch(line -> line.contains(SENT_BY_KILL));
      return sent ? CRASH_BY_SIGNAL : CRASH;
    } catch (IOException unreadable) {
      return CRASH;
    }
  }

  /// Whether the heap was written, or is being written; also asked of a JVM that lives.
  static boolean hasHeapDump(@Nullable Path folder) {
    return folder != null
        && Files.exists(folder.resolve(HEAP_DUMP_FILE), LinkOption.NOFOLLOW_LINKS);
  }
}
