package dev.percore.worker.api;

import java.nio.channels.FileChannel;
import java.util.Objects;

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
  ///
  /// @param position where the part begins in the file; not negative
  /// @param length of the part; not negative
  record File(FileChannel channel, long position, long length) implements Body {
    public File {
      Objects.requireNonNull(channel, "channel");
      if (position < 0 || length < 0) {
        throw new IllegalArgumentException(
            "a part of a file cannot have position " + position + " and length " + length);
      }
    }
  }
}
