package dev.percore.master.evidence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// What the flight recorder of a dead JVM left: a folder of chunks, the last of them
/// unfinished.
///
/// Chunks one after the other are a recording, but the JDK's readers refuse an unfinished one.
/// The recorder brings its head up to date every second, so it is whole up to the length told
/// there; a mark in the head says that it is being written, and is removed in the copy.
final class Chunks {
  private static final int HEAD_BYTES = 68;
  private static final byte[] MAGIC = {'F', 'L', 'R', 0};
  private static final int LENGTH_AT = 8;
  private static final int METADATA_AT = 24;
  private static final int STATE_AT = 64;
  private static final byte FINISHED = 0;

  /// The head itself is being written.
  private static final byte UPDATING = (byte) 255;

  private Chunks() {}

  /// Joins the chunks of a repository to a recording; without a usable one there will be none.
  ///
  /// @param bytesMax of the recording; a chunk that is too large for it is left out, since a file
  ///     with holes costs a worker nothing and a copy of it fills the disk
  static void join(Path repository, Path target, long bytesMax) throws IOException {
    long left = bytesMax;
    List<Path> chunks = FileTree.files(repository).stream().sorted().toList(); // by time
    for (Path chunk : chunks) {
      try (FileChannel in = FileChannel.open(chunk, StandardOpenOption.READ)) {
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
        if (in.read(head) == HEAD_BYTES && isUsable(head, Math.min(in.size(), left))) {
          left -= head.getLong(LENGTH_AT);
          append(in, head, target);
        }
      }
    }
  }

  private static boolean isUsable(ByteBuffer head, long bytesMax) {
    long length = head.getLong(LENGTH_AT);
    return head.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))
        && head.get(STATE_AT) != UPDATING
        && head.getLong(METADATA_AT) > 0
        && length >= HEAD_BYTES
        && length <= bytesMax;
  }

  private static void append(FileChannel chunk, ByteBuffer head, Path target) throws IOException {
    head.put(STATE_AT, FINISHED).flip();
    try (FileChannel out =
        FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      out.write(head);
      long position = HEAD_BYTES;
      long end = head.getLong(LENGTH_AT);
      while (position < end) {
        long count = chunk.transferTo(position, end - position, out);
        if (count <= 0) {
          return; // somebody made the file shorter meanwhile
        }
        position += count;
      }
    }
  }
}
