package dev.percore.worker.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A folder whose files may be opened by name, and nothing outside of it. Thread-safe.
///
/// There is no moment between check and use in which a name could be turned into a link that leads
/// out: a name is walked down from the folder, one component at a time, each opened relative to the
/// one before and without following links (openat with O_NOFOLLOW). Only if that does not succeed,
/// links are resolved, and the result, which must lie inside, is walked down likewise. The
/// name of the folder itself may be a link that is switched while the server runs.
final class Folder {
  private static final int TRIES = 3;

  private final Path root;

  /// @throws IOException when it is no folder that can be read
  Folder(Path root) throws IOException {
    this.root = root;
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(root)) {
      secure(stream);
    }
  }

  /// What a name stands for.
  sealed interface Entry {

    /// An open file; whoever asked for it closes the channel.
    record OpenFile(FileChannel channel, BasicFileAttributes attributes) implements Entry {}

    record SubFolder() implements Entry {}

    /// Nothing that is shown: it does not exist, lies outside, or is neither file nor folder.
    record Nothing() implements Entry {}

    /// The server's user may not read it.
    record Forbidden() implements Entry {}
  }

  /// Opens what the name stands for.
  ///
  /// @param name relative, its components separated by single slashes; empty for the folder itself
  Entry open(String name) throws IOException {
    if (!isPlain(name)) {
      return new Entry.Nothing();
    }
    try {
      Entry direct = openDirectly(name);
      return direct == null ? openByLinks(name) : direct;
    } catch (AccessDeniedException _) {
      return new Entry.Forbidden();
    } catch (NoSuchFileException | NotDirectoryException _) {
      return new Entry.Nothing();
    }
  }

  // Null if there is a link in the way, or any other obstacle that is worth a second look.
  private @Nullable Entry openDirectly(String name) throws IOException {
    try {
      return name.isEmpty() ? null : descend(root, Path.of(name));
    } catch (NoSuchFileException e) {
      throw e;
    } catch (InvalidPathException | FileSystemException _) {
      return null;
    }
  }

  private Entry openByLinks(String name) throws IOException {
    Path realRoot = root.toRealPath();
    Path real = resolve(realRoot, name);
    if (real == null || !real.startsWith(realRoot)) {
      return new Entry.Nothing();
    }
    if (real.equals(realRoot)) {
      return new Entry.SubFolder();
    }
    Entry entry = descend(realRoot, realRoot.relativize(real));
    return entry == null ? new Entry.Nothing() : entry;
  }

  // Null for what the file system has no file for: the name does not exist, is too long, cannot be
  // written in its character set, or is a link that leads round in a circle.
  private static @Nullable Path resolve(Path realRoot, String name) throws IOException {
    try {
      return realRoot.resolve(name).toRealPath();
    } catch (AccessDeniedException e) {
      throw e;
    } catch (InvalidPathException | FileSystemException _) {
      return null;
    }
  }

  // No empty component, no dot at the beginning of one (hidden files, `.` and `..`), no backslash
  // and no control character, NUL among them.
  private static boolean isPlain(String name) {
    boolean atStart = true;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < ' ' || c == 0x7f || c == '\\' || (atStart && (c == '.' || c == '/'))) {
        return false;
      }
      atStart = c == '/';
    }
    return name.isEmpty() || !atStart;
  }

  // Null if a component is a link.
  private static @Nullable Entry descend(Path from, Path relative) throws IOException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(from)) {
      return descend(secure(stream), relative);
    }
  }

  private static @Nullable Entry descend(SecureDirectoryStream<Path> folder, Path relative)
      throws IOException {
    Path first = relative.getName(0);
    if (relative.getNameCount() == 1) {
      return openHere(folder, first);
    }
    // What is no folder must not be opened as one: a pipe would block, and of anything else the JDK
    // keeps one descriptor open and closes another one twice (seen in 25.0.3).
    BasicFileAttributes attributes = attributes(folder, first);
    if (!attributes.isDirectory()) {
      return attributes.isSymbolicLink() ? null : new Entry.Nothing();
    }
    try (SecureDirectoryStream<Path> next =
        folder.newDirectoryStream(first, LinkOption.NOFOLLOW_LINKS)) {
      return descend(next, relative.subpath(1, relative.getNameCount()));
    }
  }

  // The attributes must be those of the file that was opened, or a client would keep the content of
  // one version under the entity tag of another: so they are read before and after. Read before
  // also because opening a pipe or a device can block.
  private static @Nullable Entry openHere(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    BasicFileAttributes before = attributes(folder, name);
    for (int i = 0; i < TRIES; i++) {
      if (before.isDirectory()) {
        return new Entry.SubFolder();
      }
      if (!before.isRegularFile()) {
        return before.isSymbolicLink() ? null : new Entry.Nothing();
      }
      FileChannel channel = openFile(folder, name);
      BasicFileAttributes after;
      try {
        after = attributes(folder, name);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      if (isSame(before, after)) {
        return new Entry.OpenFile(channel, after);
      }
      channel.close();
      before = after;
    }
    throw new FileSystemException(name.toString(), null, "changed each time it was opened");
  }

  private static FileChannel openFile(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    SeekableByteChannel channel =
        folder.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    if (channel instanceof FileChannel file) {
      return file;
    }
    channel.close();
    throw new IOException("the file system gives no FileChannel");
  }

  private static BasicFileAttributes attributes(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    return folder
        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes();
  }

  private static boolean isSame(BasicFileAttributes before, BasicFileAttributes after) {
    return Objects.equals(before.fileKey(), after.fileKey())
        && before.size() == after.size()
        && before.lastModifiedTime().equals(after.lastModifiedTime());
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    throw new IOException("this platform cannot open files relative to an open folder");
  }
}
