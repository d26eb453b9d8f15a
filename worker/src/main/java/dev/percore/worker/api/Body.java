package dev.percore.worker.api;

import java.io.Closeable;
import java.io.IOException;
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

  /// Part of an open file, sent without a copy (sendfile). The server closes its share,
  /// whether the response was sent or not.
  ///
  /// @param position where the part begins in the file; not negative
  /// @param length of the part; not negative
  /// @param share what the server closes in the end, on any thread and perhaps more than once: the
  ///     channel itself, or what closes that when no other response needs it any more
  record File(FileChannel channel, long position, long length, Closeable share)
      implements Body, Closeable {
    public File {
      Objects.requireNonNull(channel, "channel");
      Objects.requireNonNull(share, "share");
      if (position < 0 || length < 0) {
        throw new IllegalArgumentException(
            "a part of a file cannot have position " + position + " and length " + length);
      }
    }

    /// Part of a file that no other response needs.
    public File(FileChannel channel, long position, long length) {
      this(channel, position, length, channel);
    }

    @Override
    public void close() throws IOException {
      share.close();
    }
  }
}
