package dev.percore.master.launch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The folder of a running server: its pid file and its sockets. It belongs to one master at a
/// time, which holds a lock on the pid file for as long as it lives; only its owner may look
/// inside.
public final class RunFolder implements AutoCloseable {
  /// Longest path of a Unix socket on Linux, in bytes, without the closing NUL (unix(7)).
  private static final int MAX_SOCKET_PATH_BYTES = 107;

  private static final String PID_FILE = "percore.pid";
  private static final Set<PosixFilePermission> OWNER_ALONE =
      PosixFilePermissions.fromString("rwx------");

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

  /// Creates the folder if need be, takes it, and writes the pid file. A folder that is there
  /// already must be its owner's alone; its mode is not changed. What a killed master left
  /// behind is removed.
  ///
  /// @throws InUseException if another master lives there
  /// @throws IOException if the folder cannot be used
  public static RunFolder take(Path folder) throws IOException {
    ensurePrivate(folder);
    Optional<RunFolder> taken = tryTake(folder);
    while (taken.isEmpty()) {
      taken = tryTake(folder);
    }
    return taken.get();
  }

  private static void ensurePrivate(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      Path parent = folder.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ALONE));
    }
    Set<PosixFilePermission> present = Files.getPosixFilePermissions(folder);
    if (!OWNER_ALONE.containsAll(present)) {
      throw new IOException(
          "run_dir: %s is open to others (%s); it must be its owner's alone (rwx------)"
              .formatted(folder, PosixFilePermissions.toString(present)));
    }
  }

  // Empty when the pid file was replaced meanwhile: a master that ends deletes its file before it
  // unlocks it, and who opened it in between holds a lock on a file that is no longer there. The
  // first look comes before the file is opened, so a new file takes a second round; and the
  // comparison must not open the file again: closing it would drop the lock.
  private static Optional<RunFolder> tryTake(Path folder) throws IOException {
    Path path = folder.resolve(PID_FILE);
    Optional<Object> inode = inode(path);
    FileChannel pidFile =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      @Nullable FileLock lock = pidFile.tryLock();
      if (lock == null) {
        throw new InUseException(
            "another master (pid %s) runs in %s".formatted(readPid(pidFile), folder));
      }
      if (inode.isEmpty() || !inode.equals(inode(path))) {
        pidFile.close();
        return Optional.empty();
      }
      var taken = new RunFolder(folder, pidFile);
      taken.checkSocketPaths();
      taken.removeSockets();
      taken.writePid();
      return Optional.of(taken);
    } catch (IOException failure) {
      pidFile.close();
      throw failure;
    }
  }

  private static Optional<Object> inode(Path path) throws IOException {
    try {
      return Optional.of(Files.getAttribute(path, "unix:ino"));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }

  private void writePid() throws IOException {
    pidFile.truncate(0);
    pidFile.write(
        ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)),
        0);
  }

  /// The folder itself.
  public Path path() {
    return folder;
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

  /// Where a canary is asked its golden requests, for that time alone.
  public Path canarySocket() {
    return folder.resolve("canary.sock");
  }

  /// Removes what this master put there and lets go of the folder.
  @Override
  public void close() throws IOException {
    try (pidFile) {
      removeSockets();
      Files.deleteIfExists(folder.resolve(PID_FILE));
    }
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
