package dev.percore.worker.http.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.epoll.FileSender;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.function.Supplier;

/// Something that waits until the client takes it. For the event loop.
sealed interface Outgoing {
  /// Sends as much as the kernel takes at once.
  ///
  /// @return bytes that it took
  long send() throws IOException;

  /// Whether all of it is sent.
  boolean isDone();

  /// Bytes in memory that are still to be sent.
  int heldBytes();

  /// Gives back what it holds. Once, sent or not.
  void free() throws IOException;

  /// Who is to be told that it is over.
  Sent whenOver();

  /// Bytes of a buffer; if there are none, a mark behind what was before.
  record Bytes(FileDescriptor socket, ByteBuf buffer, LoopBuffers home, Sent whenOver)
      implements Outgoing {
    @Override
    public long send() throws IOException {
      return send(socket, buffer);
    }

    /// The same for a buffer that has not begun to wait.
    static int send(FileDescriptor socket, ByteBuf buffer) throws IOException {
      if (!buffer.isReadable()) {
        return 0;
      }
      int taken =
          socket.writeAddress(buffer.memoryAddress(), buffer.readerIndex(), buffer.writerIndex());
      buffer.skipBytes(taken);
      return taken;
    }

    @Override
    public boolean isDone() {
      return !buffer.isReadable();
    }

    @Override
    public int heldBytes() {
      return buffer.readableBytes();
    }

    @Override
    public void free() {
      home.give(buffer);
    }
  }

  /// Part of a file.
  final class FilePart implements Outgoing {
    private final Supplier<LinuxSocket> socket;
    private final FileChannel file;
    private final DefaultFileRegion region;
    private final Closeable share;
    private final Sent whenOver;
    private long taken;

    /// @param socket asked when something is to be sent
    /// @param share this object's to close
    FilePart(
        Supplier<LinuxSocket> socket,
        FileChannel file,
        long position,
        long length,
        Closeable share,
        Sent whenOver) {
      this.socket = socket;
      this.file = file;
      this.region = new DefaultFileRegion(file, position, length);
      this.share = share;
      this.whenOver = whenOver;
    }

    @Override
    public long send() throws IOException {
      long more = FileSender.send(socket.get(), region, taken, region.count() - taken);
      if (more == 0 && !isDone() && file.size() <= region.position() + taken) {
        throw new EOFException("the file has become shorter while it was sent");
      }
      taken += more;
      return more;
    }

    @Override
    public boolean isDone() {
      return taken == region.count();
    }

    @Override
    public int heldBytes() {
      return 0;
    }

    @Override
    public void free() throws IOException {
      share.close();
    }

    @Override
    public Sent whenOver() {
      return whenOver;
    }
  }
}
