package dev.percore.master.evidence;

import dev.percore.protocol.posix.Users;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/// Makes the master's own what a worker's JVM wrote as another user, in a folder of that user.
///
/// The master is root then, while the worker may have been in the hands of an attacker, and
/// others of its user live on. So a folder is owned and closed before anybody looks into it, from
/// the top down: from then on its entries stay what they are, and no path leads through a link.
/// Only plain files come into the folder of the master, and no folder of the worker's does. A
/// file with a second name is left out, since it may be anybody's, and would change for him too.
///
/// What was opened before stays open: the content of a file may change while the master reads it.
final class Possession {
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final FileAttribute<?> OWNER_ALONE = PosixFilePermissions.asFileAttribute(FOLDER);

  /// Far beyond what the flight recorder leaves, which keeps 16 MB.
  private static final int CHUNKS_MAX = 100;

  /// Processes that make folders in one that is being deleted could go on for ever.
  private static final int FOLDERS_MAX = 100_000;

  private Possession() {}

  /// Moves the traces of a JVM that has ended from one folder into another.
  ///
  /// @param from anybody's, in a folder of the master's
  /// @param to the master's alone
  static void take(Path from, Path to) throws IOException {
    own(from, FOLDER);
    takeFile(from.resolve(Remains.ERROR_FILE), to);
    takeFile(from.resolve(Remains.HEAP_DUMP_FILE), to);
    Path recording = from.resolve(Trace.RECORDING_FOLDER);
    if (isFolder(recording)) {
      Path target = to.resolve(Trace.RECORDING_FOLDER);
      takeChunks(recording, Files.createDirectory(target, OWNER_ALONE));
    }
  }

  // The flight recorder makes a folder for each JVM.
  private static void takeChunks(Path recording, Path to) throws IOException {
    int left = CHUNKS_MAX;
    own(recording, FOLDER);
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(recording)) {
      for (Path folder : folders) {
        if (left-- > 0 && isFolder(folder)) {
          own(folder, FOLDER);
          try (DirectoryStream<Path> chunks = Files.newDirectoryStream(folder)) {
            for (Path chunk : chunks) {
              if (left-- > 0) {
                takeFile(chunk, to);
              }
            }
          }
        }
      }
    }
  }

  private static void takeFile(Path file, Path to) throws IOException {
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS).equals(1)) {
      own(file, FILE);
      move(file, to.resolve(file.getFileName()));
    }
  }

  /// Deletes a folder with all that is in it; does nothing if it is not there. Each folder in it
  /// is moved out first, since they may be nested deeper than a path can be long.
  ///
  /// @param folder anybody's, in a folder of the master's
  static void delete(Path folder) throws IOException {
    if (!isFolder(folder)) {
      Files.deleteIfExists(folder);
      return;
    }
    Path queue = folder.resolveSibling("deleted-" + UUID.randomUUID());
    Files.createDirectory(queue, OWNER_ALONE);
    int last = 0;
    move(folder, queue.resolve(Integer.toString(last)));
    for (int next = 0; next <= last; next++) {
      Path each = queue.resolve(Integer.toString(next));
      own(each, FOLDER);
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(each)) {
        for (Path entry : entries) {
          if (!isFolder(entry)) {
            Files.delete(entry);
          } else if (last < FOLDERS_MAX) {
            move(entry, queue.resolve(Integer.toString(++last)));
          } else {
            throw new IOException("more than %d folders are in %s".formatted(last, queue));
          }
        }
      }
      Files.delete(each);
    }
    Files.delete(queue);
  }

  // A rename, never a copy: it takes the entry for what it is.
  private static void move(Path entry, Path target) throws IOException {
    Files.move(entry, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private static boolean isFolder(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  // The owner first: the one before could change the mode back. No file is opened for it, which
  // somebody could hold up.
  private static void own(Path path, Set<PosixFilePermission> mode) throws IOException {
    Files.setAttribute(path, "unix:uid", Users.effectiveUid(), LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(path, "unix:gid", Users.effectiveGid(), LinkOption.NOFOLLOW_LINKS);
    Files.setPosixFilePermissions(path, mode);
  }
}
