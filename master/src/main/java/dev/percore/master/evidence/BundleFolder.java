package dev.percore.master.evidence;

import dev.percore.config.ServerConfig;
import dev.percore.master.host.Ownership;
import dev.percore.master.host.Privileges;
import dev.percore.master.host.Rehearsal;
import dev.percore.protocol.posix.Users;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folder of all bundles, and its limits. Each worker has a folder of its own here from its
/// start, under a hidden one of its master's, in which its JVM can leave things; that becomes a
/// bundle by a new name, so that whoever looks sees whole bundles only. A JVM that runs as another
/// user has a folder beside it, which is that user's ([Possession]). Thread-safe.
final class BundleFolder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BundleFolder.class);
  private static final Pattern BUNDLE =
      Pattern.compile("\\d{8}T\\d{6}\\.\\d{3}Z-slot\\d+-pid\\d+-[a-z_]+");
  private static final String LIVING = ".living-";
  private static final String OF_JVM = "-jvm";
  private static final FileAttribute<?> OWNER_ALONE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final Set<PosixFilePermission> OTHERS_PASS =
      Set.of(PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_EXECUTE);

  private final Path root;
  private final Path living;
  private final Ownership ownership;
  private volatile ServerConfig.Bundles limits;
  private int opened;
  private boolean workersPass = true;

  /// @param ownership who the workers are
  BundleFolder(ServerConfig.Bundles settings, Ownership ownership) {
    this.root = settings.dir();
    this.living = root.resolve(LIVING + ProcessHandle.current().pid());
    this.ownership = ownership;
    this.limits = settings;
  }

  /// Finds out whether workers that are another user can come to their JVMs' folders; if not, they
  /// get none from now on.
  synchronized void rehearse(Privileges privileges) {
    if (!ownership.changes()) {
      return;
    }
    String reason;
    try {
      create(root);
      create(living);
      letWorkersPass();
      List<String> closed = new Rehearsal(privileges).passes(living).failures();
      workersPass = closed.isEmpty();
      reason = "they cannot come to " + root;
    } catch (IOException failure) {
      workersPass = false;
      reason = failure.toString();
    }
    if (!workersPass) {
      log.warn("bundles will lack what the workers' JVMs write themselves: {}", reason);
    }
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
            deleteLiving(folder);
          }
        }
      }
    }
  }

  // No path may lead through what workers can change, so their folders go one by one.
  private static void deleteLiving(Path folder) {
    try {
      List<Path> folders = new ArrayList<>();
      try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
        content.forEach(folders::add);
      }
      for (Path each : folders) {
        Possession.delete(each);
      }
      Files.delete(folder);
    } catch (IOException | DirectoryIteratorException failure) {
      log.warn("something of workers is left behind in {}: {}", folder, failure.toString());
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

  /// The place where the JVM of a worker may write: the worker's folder, or where that would be
  /// closed to it, another one beside it.
  ///
  /// @param folder the worker's
  /// @return nothing if workers cannot come there
  synchronized Optional<Path> openForJvm(Path folder) throws IOException {
    if (!ownership.changes()) {
      return Optional.of(folder);
    }
    if (!workersPass) {
      return Optional.empty();
    }
    letWorkersPass();
    Path ofJvm = folder.resolveSibling(folder.getFileName() + OF_JVM);
    Possession.delete(ofJvm); // as above
    ownership.give(Files.createDirectory(ofJvm, OWNER_ALONE));
    return Optional.of(ofJvm);
  }

  // They can pass but list nothing. Who could rename in these folders would have root go elsewhere.
  private void letWorkersPass() throws IOException {
    for (Path folder : List.of(root, living)) {
      Set<PosixFilePermission> rights = Files.getPosixFilePermissions(folder);
      if (!Files.getAttribute(folder, "unix:uid").equals(Users.effectiveUid())
          || rights.contains(PosixFilePermission.GROUP_WRITE)
          || rights.contains(PosixFilePermission.OTHERS_WRITE)) {
        throw new IOException("others than the master may write to " + folder);
      }
      if (rights.addAll(OTHERS_PASS)) {
        Files.setPosixFilePermissions(folder, rights);
      }
    }
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
    if (Files.exists(living)) {
      deleteLiving(living);
    }
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
