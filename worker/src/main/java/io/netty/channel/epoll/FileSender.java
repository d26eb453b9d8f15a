package io.netty.channel.epoll;

import io.netty.channel.DefaultFileRegion;
import java.io.IOException;

/// Opens a door that Netty keeps to its own package: sendfile(2) from a file to a socket that is no
/// channel. Neither Netty nor the JDK has another one, since no public method gives the descriptor
/// of a [java.nio.channels.FileChannel].
public final class FileSender {
  private FileSender() {}

  /// Has the kernel send a part of a file.
  ///
  /// @param offset where it begins in the region
  /// @return bytes that the kernel took; 0 if the socket takes none now, or the file has ended
  public static long send(LinuxSocket socket, DefaultFileRegion region, long offset, long length)
      throws IOException {
    return socket.sendFile(region, region.position(), offset, length);
  }
}
