package dev.percore.master.host;

import dev.percore.config.ServerConfig;
import dev.percore.master.ExitCode;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What the workers' user must be able to use, beside the run folder: the Java, the jars, the
/// plugins, the files that are served, and the logs.
public final class WorkerAccess {
  private final ServerConfig config;
  private final Privileges privileges;

  public WorkerAccess(ServerConfig config, Privileges privileges) {
    this.config = config;
    this.privileges = privileges;
  }

  /// The paths that workers cannot use.
  ///
  /// @param sockets which workers must be able to connect to as well
  /// @throws PrivilegeException if no process can be started with the workers' rights
  public List<String> missing(List<Path> sockets) throws IOException {
    Rehearsal rehearsal = new Rehearsal(privileges);
    rehearsal.reads(Path.of(System.getProperty("java.home"), "bin", "java"));
    for (String jar : System.getProperty("java.class.path").split(File.pathSeparator)) {
      rehearsal.reads(Path.of(jar));
    }
    plugins().forEach(rehearsal::reads);
    Path root = config.staticFiles().root();
    if (root != null) {
      rehearsal.reads(root);
    }
    LogFiles.of(config).forEach(rehearsal::writes);
    sockets.forEach(rehearsal::writes);
    return rehearsal.failures();
  }

  /// Fails if there is something that workers cannot use.
  ///
  /// @param sockets which workers must be able to connect to
  /// @throws PrivilegeException if something cannot be used, with all of it
  public void require(List<Path> sockets) throws IOException {
    List<String> missing = missing(sockets);
    if (!missing.isEmpty()) {
      throw new PrivilegeException(
          ExitCode.NO_PERMISSION,
          "user: the workers' user %s cannot use %s"
              .formatted(config.privileges().user(), String.join(", ", missing)));
    }
  }

  private List<Path> plugins() throws IOException {
    Path folder = config.pluginsDir();
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Path> paths = new ArrayList<>(List.of(folder));
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
      jars.forEach(paths::add);
    }
    return paths;
  }
}
