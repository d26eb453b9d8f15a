package dev.percore.master.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/// Gives what the master makes to the user of the workers. Where workers run as the master's own
/// user, everything belongs to the right one already and nothing is done.
///
/// The master is root then, so it must never follow what a worker could have put in place: links
/// are not followed, and files are given only in folders that workers cannot write to.
public final class Ownership {
  private final Optional<WorkerUser> user;

  Ownership(Optional<WorkerUser> user) {
    this.user = user;
  }

  /// Workers run as the master's own user.
  public static Ownership unchanged() {
    return new Ownership(Optional.empty());
  }

  /// Whether workers run as another user than the master.
  public boolean changes() {
    return user.isPresent();
  }

  /// Makes a file or folder the workers' own, with their group; its mode stays.
  ///
  /// @throws IOException if the file is not there or the kernel refuses
  public void give(Path path) throws IOException {
    if (user.isPresent()) {
      Files.setAttribute(path, "unix:gid", user.get().gid(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:uid", user.get().uid(), LinkOption.NOFOLLOW_LINKS);
    }
  }

  /// Lets the workers' group enter and list a folder, which stays the master's.
  ///
  /// @throws IOException if the folder is not there or the kernel refuses
  public void letIn(Path folder) throws IOException {
    if (user.isPresent()) {
      Files.setAttribute(folder, "unix:gid", user.get().gid(), LinkOption.NOFOLLOW_LINKS);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
    }
  }
}
