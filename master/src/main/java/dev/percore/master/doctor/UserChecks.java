package dev.percore.master.doctor;

import dev.percore.config.ServerConfig;
import dev.percore.master.host.LogFiles;
import dev.percore.master.host.PrivilegeException;
import dev.percore.master.host.Privileges;
import dev.percore.master.host.WorkerAccess;
import dev.percore.master.host.WorkerUser;
import dev.percore.protocol.posix.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// As whom master and workers run.
///
/// @param environment for its PATH
/// @param thorough whether to try the workers' rights in a process of its own
record UserChecks(ServerConfig config, Map<String, String> environment, boolean thorough)
    implements Check {
  private static final String ID = "user";
  private static final int OTHERS_WRITE = 0002;

  @Override
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    try {
      Privileges privileges = Privileges.of(config.privileges(), environment);
      findings.add(user(privileges));
      for (Path file : LogFiles.of(config)) {
        logFolder(file, privileges.user()).ifPresent(findings::add);
      }
    } catch (PrivilegeException refused) {
      findings.add(
          Finding.problem(
              ID, String.valueOf(refused.getMessage()), "See user in the settings", ""));
    } catch (IOException unknown) {
      findings.add(
          Finding.note(ID, "users are not to be looked up here: " + unknown.getMessage(), "", ""));
    }
    findings.add(umask());
    return findings;
  }

  private Finding user(Privileges privileges) throws IOException {
    if (privileges.user().isPresent()) {
      return rights(privileges, privileges.user().get());
    }
    if (Users.effectiveUid() != 0 || config.privileges().user() != null) {
      return Finding.ok(ID, "master and workers run as " + System.getProperty("user.name"));
    }
    return Finding.warning(
        ID,
        "workers run as root",
        "Name a user without rights: a mistake in a handler or in a library would give away the"
            + " machine",
        "user: nobody, or a user of its own (useradd --system percore)");
  }

  private Finding rights(Privileges privileges, WorkerUser user) throws IOException {
    String found =
        "workers run as %s (uid %d, gid %d)".formatted(user.name(), user.uid(), user.gid());
    List<String> missing =
        thorough ? new WorkerAccess(config, privileges).missing(List.of()) : List.of();
    return missing.isEmpty()
        ? Finding.ok(ID, found)
        : Finding.problem(
            ID,
            "%s and cannot use %s".formatted(found, String.join(", ", missing)),
            "Let that user read the distribution and the Java, and write to the logs that are"
                + " there: no folder above them may be closed to it",
            "namei -l " + missing.getFirst());
  }

  // Root opens log files here, and follows what it finds.
  private static Optional<Finding> logFolder(Path file, Optional<WorkerUser> user)
      throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (user.isEmpty() || folder == null || !Files.exists(folder)) {
      return Optional.empty();
    }
    Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    return owner.equals(user.get().uid())
        ? Optional.of(
            Finding.warning(
                "user.logs",
                "%s belongs to the workers' user".formatted(folder),
                "Let it belong to root: root opens files in it, and a worker that was taken over"
                    + " could put a link to any file of the machine there",
                "chown root " + folder))
        : Optional.empty();
  }

  private Finding umask() {
    int mask = config.privileges().umask();
    String found = "%03o".formatted(mask);
    return (mask & OTHERS_WRITE) != 0
        ? Finding.ok("umask", found)
        : Finding.warning(
            "umask", found, "Do not let everybody change the log files", "umask: \"027\"");
  }
}
