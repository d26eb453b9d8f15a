package dev.percore.worker.http.observe;

import java.io.ByteArrayOutputStream;

/// Writes entries as lines. For one thread.
interface AccessFormat {
  void write(AccessEntry entry, ByteArrayOutputStream out);
}
