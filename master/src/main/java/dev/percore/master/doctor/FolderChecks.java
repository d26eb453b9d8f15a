package dev.percore.master.doctor;

import dev.percore.config.ServerConfig;
import dev.percore.master.host.LogFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The folders that the server writes to: their space and their rights.
record FolderChecks(ServerConfig config, SpaceProbe space) implements Check {
  static final long LITTLE_BYTES = 512L << 20;
  static final long TOO_LITTLE_BYTES = 16L << 20;

  private static final Set<PosixFilePermission> ALLOWED =
      PosixFilePermissions.fromString("rwx--x--x");

  /// Tells how many bytes are left.
  @FunctionalInterface
  interface SpaceProbe {
    long usableBytes(Path folder) throws IOException;
  }

  @Override
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    findings.add(runFolder(config.runDir()));
    findings.add(space("space.run_dir", config.runDir()));
    findings.add(jobsFolder(config.jobs().dir()));
    findings.add(space("space.jobs", config.jobs().dir()));
    Set<Path> logFolders = new TreeSet<>();
    for (Path file : LogFiles.of(config)) {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null && logFolders.add(folder)) {
        findings.add(space("space.logs", folder));
      }
    }
    return findings;
  }

  private static Finding runFolder(Path folder) {
    String id = "run_dir";
    if (!Files.exists(folder)) {
      Path parent = existing(folder);
      return Files.isWritable(parent)
          ? Finding.ok(id, folder + " will be made")
          : Finding.problem(
              id,
              "%s is not there, and %s is not writable".formatted(folder, parent),
              "Make the folder for the user who starts the server",
              "install -d -m 0700 -o USER " + folder);
    }
    try {
      Set<PosixFilePermission> present = Files.getPosixFilePermissions(folder);
      String found = folder + " has the rights " + PosixFilePermissions.toString(present);
      if (!ALLOWED.containsAll(present)) {
        return Finding.problem(
            id,
            found,
            "Nobody else may look into it: who reaches control.sock commands the server",
            "chmod 0700 " + folder);
      }
      return Files.isWritable(folder)
          ? Finding.ok(id, found)
          : Finding.problem(
              id,
              found + " and is not writable",
              "It must belong to the user who starts the server",
              "chown USER " + folder);
    } catch (IOException notReadable) {
      return Finding.problem(
          id,
          folder + " is not to be used: " + notReadable.getMessage(),
          "Name another folder",
          "");
    }
  }

  private static Finding jobsFolder(Path folder) {
    String id = "jobs.dir";
    Path present = existing(folder);
    return Files.isDirectory(present) && Files.isWritable(present)
        ? Finding.ok(id, "%s can be written".formatted(folder))
        : Finding.problem(
            id,
            "%s cannot be written, and jobs would not be served".formatted(folder),
            "It must belong to the user who starts the server",
            "install -d -m 0700 -o USER " + folder);
  }

  private Finding space(String id, Path folder) {
    Path present = existing(folder);
    try {
      long bytes = space.usableBytes(present);
      String found = "%s left for %s".formatted(MemoryChecks.mib(bytes), folder);
      if (bytes >= LITTLE_BYTES) {
        return Finding.ok(id, found);
      }
      String advice =
          "Make room: when the disk is full, log lines are lost, and so is what is kept of a worker"
              + " that died";
      String command = "df -h " + present;
      return bytes >= TOO_LITTLE_BYTES
          ? Finding.warning(id, found, advice, command)
          : Finding.problem(id, found, advice, command);
    } catch (IOException unknown) {
      return Finding.note(
          id, "the space for %s is unknown: %s".formatted(folder, unknown.getMessage()), "", "");
    }
  }

  private static Path existing(Path folder) {
    Path each = folder.toAbsolutePath();
    while (!Files.exists(each) && each.getParent() != null) {
      each = each.getParent();
    }
    return each;
  }
}
