package dev.percore.master.launch;

import dev.percore.master.host.Ownership;
import dev.percore.protocol.posix.Users;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The folder of a running server: its pid file and its sockets. It belongs to one master at a
/// time, which holds a lock on the pid file for as long as it lives. Only its owner may look
/// inside; where workers run as another user, anybody may pass through, to a file whose name and
/// rights let him ([#open]).
public final class RunFolder implements AutoCloseable {
  /// Longest path of a Unix socket on Linux, in bytes, without the closing NUL (unix(7)).
  private static final int MAX_SOCKET_PATH_BYTES = 107;

  private static final String PID_FILE = "percore.pid";
  private static final Set<PosixFilePermission> OWNER_ALONE =
      PosixFilePermissions.fromString("rwx------");

  private static final Set<PosixFilePermission> OTHERS_PASS =
      PosixFilePermissions.fromString("rwx--x--x");
  private static final Set<PosixFilePermission> OWNER_READS_AND_WRITES =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> ALL_READ =
      PosixFilePermissions.fromString("rw-r--r--");

  private final Path folder;
  private final FileChannel pidFile;
  private final Ownership ownership;

  /// What tells our names from those of the master that we are to succeed; empty if there is
  /// none.
  private final String suffix;

  private boolean inCharge;
  private volatile boolean ceded;

  private RunFolder(Path folder, FileChannel pidFile, Ownership ownership, String suffix) {
    this.folder = folder;
    this.pidFile = pidFile;
    this.ownership = ownership;
    this.suffix = suffix;
    this.inCharge = suffix.isEmpty();
  }

  /// Another master lives in the folder.
  public static final class InUseException extends IOException {
    private static final long serialVersionUID = 1L;

    InUseException(String message) {
      super(message);
    }
  }

  /// Takes a folder for workers of this process's own user.
  ///
  /// @throws InUseException if another master lives there
  /// @throws IOException if the folder cannot be used
  public static RunFolder take(Path folder) throws IOException {
    return take(folder, Ownership.unchanged());
  }

  /// Creates the folder if need be, takes it, and writes the pid file. A folder that is there
  /// already must be its owner's alone, but for the right to pass through, which is taken away
  /// until [#open]. What a killed master left behind is removed.
  ///
  /// @param ownership who the workers are
  /// @throws InUseException if another master lives there
  /// @throws IOException if the folder cannot be used
  public static RunFolder take(Path folder, Ownership ownership) throws IOException {
    ensurePrivate(folder);
    ensureOwned(folder);
    Optional<RunFolder> taken = tryTake(folder, ownership);
    while (taken.isEmpty()) {
      taken = tryTake(folder, ownership);
    }
    return taken.get();
  }

  /// Joins another master in its folder, to succeed it: with names of our own until [#takeOver].
  ///
  /// @param ownership who the workers are
  /// @throws IOException if the folder cannot be used
  public static RunFolder join(Path folder, Ownership ownership) throws IOException {
    ensurePrivate(folder);
    ensureOwned(folder);
    String suffix = "-" + ProcessHandle.current().pid();
    FileChannel pidFile =
        FileChannel.open(
            folder.resolve(PID_FILE + suffix),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      if (pidFile.tryLock() == null) {
        throw new IOException("somebody holds the lock of " + PID_FILE + suffix);
      }
      var joined = new RunFolder(folder, pidFile, ownership, suffix);
      joined.checkSocketPaths();
      joined.writePid();
      return joined;
    } catch (IOException failure) {
      pidFile.close();
      throw failure;
    }
  }

  /// Puts our pid file and our control socket in the place of those of the master that we
  /// succeed, and removes its other files: it may have been killed, and needs none any more.
  ///
  /// @throws IOException if a file cannot be renamed or removed
  public void takeOver() throws IOException {
    Path control = controlSocket();
    Path pid = pidPath();
    inCharge = true;
    // Java's other way to replace a file deletes it first, and then for a moment nobody finds it.
    Files.move(control, controlSocket(), StandardCopyOption.ATOMIC_MOVE);
    Files.move(pid, pidPath(), StandardCopyOption.ATOMIC_MOVE);
    removeLeftovers();
    SharedFile.removeThoseOfOthers(folder, SharedBoard.PREFIX);
    SharedFile.removeThoseOfOthers(folder, SharedLimits.PREFIX);
    SharedFile.removeThoseOfOthers(folder, SharedPoison.PREFIX);
  }

  /// Another master has taken over; its files stay when this one lets go.
  public void cede() {
    ceded = true;
  }

  /// Whether another master has taken over. On any thread.
  public boolean isCeded() {
    return ceded;
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
    if (!OTHERS_PASS.containsAll(present)) {
      throw new IOException(
          "run_dir: %s is open to others (%s); it must be its owner's alone (rwx------)"
              .formatted(folder, PosixFilePermissions.toString(present)));
    }
  }

  // Who owns the folder can put files of his own into it, which root would then trust.
  private static void ensureOwned(Path folder) throws IOException {
    Object owner = Files.getAttribute(folder, "unix:uid");
    if (!owner.equals(Users.effectiveUid())) {
      throw new IOException(
          "run_dir: %s belongs to uid %s; it must be the master's own".formatted(folder, owner));
    }
  }

  // Empty when the pid file was replaced meanwhile: a master that ends deletes its file before it
  // unlocks it, and who opened it in between holds a lock on a file that is no longer there. The
  // first look comes before the file is opened, so a new file takes a second round; and the
  // comparison must not open the file again: closing it would drop the lock.
  private static Optional<RunFolder> tryTake(Path folder, Ownership ownership) throws IOException {
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
      var taken = new RunFolder(folder, pidFile, ownership, "");
      // Not before: a folder of another master that runs must stay open to that one's workers.
      Files.setPosixFilePermissions(folder, OWNER_ALONE);
      taken.checkSocketPaths();
      taken.removeLeftovers();
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
    Files.setPosixFilePermissions(pidPath(), ALL_READ);
  }

  /// Gives each socket to whom it is for, and then lets workers of another user reach theirs.
  /// Call it when all are bound.
  ///
  /// @throws IOException if a socket is not there or the kernel refuses
  public void open() throws IOException {
    for (Path socket : List.of(controlSocket(), workersSocket(), descriptorsSocket())) {
      Files.setPosixFilePermissions(socket, OWNER_READS_AND_WRITES);
    }
    ownership.give(workersSocket());
    ownership.give(descriptorsSocket());
    if (ownership.changes()) {
      Files.setPosixFilePermissions(folder, OTHERS_PASS);
    }
  }

  /// Who the workers are, for what is made for them elsewhere.
  public Ownership ownership() {
    return ownership;
  }

  /// The folder itself.
  public Path path() {
    return folder;
  }

  /// Where workers connect for messages.
  public Path workersSocket() {
    return folder.resolve("workers" + suffix + ".sock");
  }

  /// Where workers connect for descriptors.
  public Path descriptorsSocket() {
    return folder.resolve("descriptors" + suffix + ".sock");
  }

  /// Where the command line connects.
  public Path controlSocket() {
    return folder.resolve("control" + (inCharge ? "" : suffix) + ".sock");
  }

  /// Where a canary is asked its golden requests, for that time alone.
  public Path canarySocket() {
    return folder.resolve("canary" + suffix + ".sock");
  }

  /// Where this master waits for the one that is to succeed it, for that time alone.
  public Path upgradeSocket() {
    return folder.resolve("upgrade" + suffix + ".sock");
  }

  private Path pidPath() {
    return folder.resolve(PID_FILE + (inCharge ? "" : suffix));
  }

  /// Removes what this master put there and lets go of the folder.
  @Override
  public void close() throws IOException {
    try (pidFile) {
      removeSockets();
      if (!ceded) {
        Files.deleteIfExists(controlSocket());
        Files.deleteIfExists(pidPath());
      }
    }
  }

  // What masters have left that were killed, those that had joined another one included.
  private void removeLeftovers() throws IOException {
    Set<Path> ours = suffix.isEmpty() ? Set.of() : sockets();
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(folder, "{*.sock," + PID_FILE + "-*}")) {
      for (Path file : left) {
        if (!ours.contains(file)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private Set<Path> sockets() {
    return Set.of(
        controlSocket(), workersSocket(), descriptorsSocket(), canarySocket(), upgradeSocket());
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
    Files.deleteIfExists(canarySocket());
    Files.deleteIfExists(upgradeSocket());
  }

  private static String readPid(FileChannel pidFile) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(32);
    pidFile.read(buffer, 0);
    return StandardCharsets.US_ASCII.decode(buffer.flip()).toString().trim();
  }
}
