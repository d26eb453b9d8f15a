package dev.percore.master.host;

import dev.percore.config.ServerConfig;
import dev.percore.config.ServerConfig.AccessLogFormat;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The log files, which workers append to. Where they run as another user, the master makes the
/// files and gives them away, and keeps the folder: who can write to a folder in which root opens
/// files can have root write anywhere, by a link.
public final class LogFiles {
  private LogFiles() {}

  /// The files that the settings name.
  public static List<Path> of(ServerConfig config) {
    List<Path> files = new ArrayList<>();
    Path server = config.log().file();
    if (server != null) {
      files.add(server);
    }
    Path access = config.accessLog().file();
    if (access != null && config.accessLog().format() != AccessLogFormat.OFF) {
      files.add(access);
    }
    return List.copyOf(files);
  }

  /// Sees to it that workers can append to all of them. Call it before workers open them: at the
  /// start, and each time that they are told to open them again.
  ///
  /// @throws IOException if a file or its folder cannot be made
  public static void prepare(ServerConfig config, Ownership ownership) throws IOException {
    if (!ownership.changes()) {
      return;
    }
    for (Path file : of(config)) {
      makeFolders(file.toAbsolutePath().getParent(), ownership);
      makeFile(file, ownership);
    }
  }

  private static void makeFolders(@Nullable Path folder, Ownership ownership) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path each = folder; each != null && !Files.exists(each); each = each.getParent()) {
      missing.push(each);
    }
    for (Path each : missing) {
      Files.createDirectory(each);
      ownership.letIn(each);
    }
  }

  private static void makeFile(Path file, Ownership ownership) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException present) {
      // A link, a pipe or a device is the operator's own doing and stays as it is.
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
    }
    ownership.give(file);
  }
}
