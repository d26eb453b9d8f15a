package dev.percore.worker.http.observe;

import java.io.ByteArrayOutputStream;

/// Writes entries as lines. For one thread.
sealed interface AccessFormat permits CombinedFormat, JsonFormat {
  void write(AccessEntry entry, ByteArrayOutputStream out);
}
