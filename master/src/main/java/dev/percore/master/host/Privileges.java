package dev.percore.master.host;

import dev.percore.config.ServerConfig;
import dev.percore.master.ExitCode;
import dev.percore.protocol.posix.Niceness;
import dev.percore.protocol.posix.PosixException;
import dev.percore.protocol.posix.Users;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rights that workers run with: the master's own, or those of another user, with no
/// capability and no way to gain one. `setpriv` takes them away between the fork and the JVM, in
/// the process that becomes the worker.
public final class Privileges {
  private static final Logger log = LoggerFactory.getLogger(Privileges.class);

  private static final String SETPRIV = "setpriv";
  private static final List<String> USUAL_FOLDERS = List.of("/usr/bin", "/bin", "/usr/sbin");

  private final Optional<WorkerUser> user;
  private final List<String> prefix;

  private Privileges(Optional<WorkerUser> user, List<String> prefix) {
    this.user = user;
    this.prefix = List.copyOf(prefix);
  }

  /// Finds out who the workers' user is and whether this process can start workers as that one.
  ///
  /// @param environment of this process, for its PATH
  /// @throws PrivilegeException if it cannot
  public static Privileges of(ServerConfig.Privileges settings, Map<String, String> environment)
      throws IOException {
    String name = settings.user();
    if (name == null) {
      return new Privileges(Optional.empty(), List.of());
    }
    WorkerUser user = find(name, settings.group());
    int own = Users.effectiveUid();
    boolean ownGroup = settings.group() == null || user.gid() == Users.effectiveGid();
    if (user.uid() == own && ownGroup) {
      return new Privileges(Optional.empty(), List.of());
    }
    if (own != 0) {
      throw new PrivilegeException(
          ExitCode.NO_PERMISSION,
          "user: only root can run workers as %s: start as root, or as %s, or leave user empty"
              .formatted(name, name));
    }
    return new Privileges(Optional.of(user), prefix(user, setpriv(environment)));
  }

  private static WorkerUser find(String name, @Nullable String group) throws IOException {
    Users.User user =
        Users.user(name)
            .orElseThrow(
                () ->
                    new PrivilegeException(
                        ExitCode.UNAVAILABLE, "user: there is no user %s here".formatted(name)));
    if (group == null) {
      return new WorkerUser(name, user.uid(), user.gid());
    }
    OptionalInt gid = Users.group(group);
    if (gid.isEmpty()) {
      throw new PrivilegeException(
          ExitCode.UNAVAILABLE, "user: there is no group %s here".formatted(group));
    }
    return new WorkerUser(name, user.uid(), gid.getAsInt());
  }

  private static Path setpriv(Map<String, String> environment) throws PrivilegeException {
    return Stream.concat(
            Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator)),
            USUAL_FOLDERS.stream())
        .filter(folder -> folder.startsWith("/"))
        .map(folder -> Path.of(folder, SETPRIV))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new PrivilegeException(
                    ExitCode.UNAVAILABLE,
                    "user: workers are started as another user by setpriv, which is not here:"
                        + " install util-linux"));
  }

  private static List<String> prefix(WorkerUser user, Path setpriv) {
    return List.of(
        setpriv.toString(),
        "--reuid=" + user.uid(),
        "--regid=" + user.gid(),
        "--init-groups",
        "--no-new-privs",
        "--bounding-set=-all",
        "--inh-caps=-all");
  }

  /// Workers' user, where it is not the master's own.
  public Optional<WorkerUser> user() {
    return user;
  }

  /// What a worker's command line begins with; empty where nothing is to be taken away. The
  /// program replaces itself by the worker, so the pid stays.
  public List<String> launchPrefix() {
    return prefix;
  }

  /// The nice value to which workers may go back that start with a higher one, and a new master in
  /// an upgrade; empty if they may not.
  ///
  /// @param niceWhenServing what this master will go back to itself; empty for that of the calling
  ///     thread
  public OptionalInt niceOfWorkers(OptionalInt niceWhenServing) {
    try {
      int own =
          niceWhenServing.isPresent() ? niceWhenServing.getAsInt() : Niceness.ofCallingThread();
      // By a limit that they inherit, or by the capability that only a worker of our user keeps.
      if (Niceness.allowReturnTo(own) || (user.isEmpty() && Niceness.isReturnAllowed())) {
        return OptionalInt.of(own);
      }
      log.debug("workers that start do not yield: they would not be allowed to go back");
    } catch (PosixException unknown) {
      log.warn("workers that start do not yield: {}", unknown.getMessage());
    }
    return OptionalInt.empty();
  }

  /// Gives files to the workers' user.
  public Ownership ownership() {
    return new Ownership(user);
  }
}
