package dev.percore.worker.api;

import java.nio.channels.FileChannel;

/// The content of a [Response].
public sealed interface Body {

  Body EMPTY = new Bytes(new byte[0]);

  /// Length in bytes.
  long length();

  /// Bytes in memory; the server does not change them, nor may the giver afterwards.
  record Bytes(byte[] bytes) implements Body {
    @Override
    public long length() {
      return bytes.length;
    }
  }

  /// Part of an open file, sent without a copy (sendfile). The server closes the channel, whether
  /// the response was sent or not.
  record File(FileChannel channel, long position, long length) implements Body {}
}
