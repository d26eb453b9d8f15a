package dev.percore.master.launch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/// The folder of a running server: its pid file and its sockets. It belongs to one master at a
/// time, which holds a lock on the pid file for as long as it lives; only its owner may look
/// inside.
public final class RunFolder implements AutoCloseable {
  /// Longest path of a Unix socket on Linux, in bytes, without the closing NUL (unix(7)).
  private static final int MAX_SOCKET_PATH_BYTES = 107;

  private final Path folder;
  private final FileChannel pidFile;

  private RunFolder(Path folder, FileChannel pidFile) {
    this.folder = folder;
    this.pidFile = pidFile;
  }

  /// Another master lives in the folder.
  public static final class InUseException extends IOException {
    private static final long serialVersionUID = 1L;

    InUseException(String message) {
      super(message);
    }
  }

  /// Creates the folder if need be, takes it, and writes the pid file. What a killed master left
  /// behind is removed.
  ///
  /// @throws InUseException if another master lives there
  /// @throws IOException if the folder cannot be used
  public static RunFolder take(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    FileChannel pidFile =
        FileChannel.open(
            folder.resolve("percore.pid"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      @Nullable FileLock lock = pidFile.tryLock();
      if (lock == null) {
        throw new InUseException(
            "another master (pid %s) runs in %s".formatted(readPid(pidFile), folder));
      }
      var taken = new RunFolder(folder, pidFile);
      taken.checkSocketPaths();
      taken.removeSockets();
      pidFile.truncate(0);
      pidFile.write(
          ByteBuffer.wrap(
              (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)),
          0);
      return taken;
    } catch (IOException failure) {
      pidFile.close();
      throw failure;
    }
  }

  /// Where workers connect for messages.
  public Path workersSocket() {
    return folder.resolve("workers.sock");
  }

  /// Where workers connect for descriptors.
  public Path descriptorsSocket() {
    return folder.resolve("descriptors.sock");
  }

  /// Where the command line connects.
  public Path controlSocket() {
    return folder.resolve("control.sock");
  }

  /// Removes what this master put there and lets go of the folder.
  @Override
  public void close() throws IOException {
    removeSockets();
    Files.deleteIfExists(folder.resolve("percore.pid"));
    pidFile.close();
  }

  private void checkSocketPaths() throws IOException {
    int length = descriptorsSocket().toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_SOCKET_PATH_BYTES) {
      throw new IOException(
          "run_dir: %s is too long: its sockets would have paths of %d bytes, allowed are %d"
              .formatted(folder, length, MAX_SOCKET_PATH_BYTES));
    }
  }

  private void removeSockets() throws IOException {
    Files.deleteIfExists(workersSocket());
    Files.deleteIfExists(descriptorsSocket());
    Files.deleteIfExists(controlSocket());
  }

  private static String readPid(FileChannel pidFile) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(32);
    pidFile.read(buffer, 0);
    return StandardCharsets.US_ASCII.decode(buffer.flip()).toString().trim();
  }
}
