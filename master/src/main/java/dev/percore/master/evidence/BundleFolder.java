package dev.percore.master.evidence;

import dev.percore.config.ServerConfig;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folder of all bundles, and its limits. Each worker has a folder of its own here from its
/// start, under a hidden one of its master's, in which its JVM can leave things; that becomes a
/// bundle by a new name, so that whoever looks sees whole bundles only. Thread-safe.
final class BundleFolder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BundleFolder.class);
  private static final Pattern BUNDLE =
      Pattern.compile("\\d{8}T\\d{6}\\.\\d{3}Z-slot\\d+-pid\\d+-[a-z_]+");
  private static final String LIVING = ".living-";
  private static final FileAttribute<?> OWNER_ALONE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path root;
  private final Path living;
  private volatile ServerConfig.Bundles limits;
  private int opened;

  BundleFolder(ServerConfig.Bundles settings) {
    this.root = settings.dir();
    this.living = root.resolve(LIVING + ProcessHandle.current().pid());
    this.limits = settings;
  }

  /// Keeps to other limits from the next bundle on.
  void limit(ServerConfig.Bundles settings) {
    limits = settings;
  }

  ServerConfig.Bundles limits() {
    return limits;
  }

  /// Removes what masters that were killed have left of their workers.
  void sweep() throws IOException {
    if (Files.exists(root)) {
      try (DirectoryStream<Path> left = Files.newDirectoryStream(root, LIVING + "*")) {
        for (Path folder : left) {
          String pid = folder.getFileName().toString().substring(LIVING.length());
          if (pid.matches("\\d{1,18}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
            FileTree.delete(folder);
          }
        }
      }
    }
  }

  /// Makes the folder of a worker that is about to start.
  synchronized Path open(int slot) throws IOException {
    create(root);
    create(living);
    Path folder = living.resolve(slot + "-" + ++opened);
    FileTree.delete(folder); // of a master that had this pid before
    return Files.createDirectory(folder, OWNER_ALONE);
  }

  /// Leaves out the largest files of a folder that is too large by itself.
  ///
  /// @return the names of those
  List<String> trim(Path folder) throws IOException {
    List<String> omitted = new ArrayList<>();
    long excess = FileTree.size(folder) - limits.sizeBytes();
    for (Path file : FileTree.files(folder)) {
      if (excess <= 0) {
        break;
      }
      excess -= FileTree.length(file);
      omitted.add(folder.relativize(file).toString());
      Files.delete(file);
    }
    return omitted;
  }

  /// Makes a worker's folder a bundle, in place of the oldest ones if there is no room.
  synchronized Path keep(Path folder, String name) throws IOException {
    if (!BUNDLE.matcher(name).matches()) {
      throw new IllegalArgumentException("not the name of a bundle: " + name);
    }
    Path bundle = Files.move(folder, root.resolve(name));
    List<Path> bundles = bundles();
    int left = bundles.size();
    long size = 0;
    for (Path each : bundles) {
      size += FileTree.size(each);
    }
    for (Path oldest : bundles) {
      if ((left <= limits.count() && size <= limits.sizeBytes()) || oldest.equals(bundle)) {
        break;
      }
      size -= FileTree.size(oldest);
      left--;
      FileTree.delete(oldest);
      log.info("removed the bundle {}: there is room for no more", oldest);
    }
    return bundle;
  }

  /// Removes what belongs to living workers, and everything if that was all.
  @Override
  public synchronized void close() throws IOException {
    FileTree.delete(living);
    if (Files.exists(root)) {
      try (DirectoryStream<Path> content = Files.newDirectoryStream(root)) {
        if (content.iterator().hasNext()) {
          return;
        }
      }
      Files.delete(root);
    }
  }

  // The oldest first, since the name begins with the time.
  private List<Path> bundles() throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> content = Files.newDirectoryStream(root)) {
      for (Path each : content) {
        if (BUNDLE.matcher(each.getFileName().toString()).matches()) {
          found.add(each);
        }
      }
    }
    found.sort(null);
    return found;
  }

  private static void create(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      Path parent = folder.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createDirectory(folder, OWNER_ALONE);
    }
  }
}
