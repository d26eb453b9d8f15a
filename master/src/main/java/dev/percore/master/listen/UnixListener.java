package dev.percore.master.listen;

import dev.percore.config.ServerConfig;
import dev.percore.config.net.ListenAddress;
import dev.percore.master.listen.ListenSockets.Held;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A Unix socket: one for all slots, since these sockets know no SO_REUSEPORT. Its file is
/// removed at the end only if this master owns it and nobody has put another one there.
final class UnixListener implements Listener {
  private static final int FILE_TYPE_MASK = 0170000;
  private static final int FILE_TYPE_SOCKET = 0140000;

  private final ListenAddress.Unix address;
  private final Socket socket;

  /// Under which number of a slot another master gets it.
  private final int slot;

  private boolean ownsFile;
  private Map<String, Object> identity;

  private UnixListener(ListenAddress.Unix address, Socket socket, int slot) {
    this.address = address;
    this.socket = socket;
    this.slot = slot;
    this.identity = identity(address.path());
  }

  /// Binds and listens. What a killed server has left behind is removed.
  ///
  /// @throws IOException if somebody listens there, or the file cannot be made
  static UnixListener open(ListenAddress.Unix address, ServerConfig.Listen listen)
      throws IOException {
    Path path = address.path();
    removeStale(path);
    UnixListener listener = bind(address);
    try {
      // Nobody can connect before it listens, so nobody does with a mode that is too wide.
      Files.setPosixFilePermissions(path, listen.unixMode());
      listener.socket.listen(listen.backlog());
      return listener;
    } catch (IOException failure) {
      listener.close();
      throw failure;
    }
  }

  private static UnixListener bind(ListenAddress.Unix address) throws IOException {
    Socket socket = Socket.newSocketDomain();
    try {
      socket.bind(new DomainSocketAddress(address.path().toFile()));
    } catch (IOException failure) {
      Listener.close(socket);
      throw failure;
    }
    UnixListener listener = new UnixListener(address, socket, 0);
    listener.ownsFile = true;
    return listener;
  }

  /// Takes a socket that listens already. Its file belongs to somebody else.
  ///
  /// @param slot [ListenSockets#ALL_SLOTS] for one whose file never becomes ours
  static UnixListener adopt(
      ListenAddress.Unix address, ServerConfig.Listen listen, int slot, Socket socket) {
    UnixListener listener = new UnixListener(address, socket, slot);
    listener.apply(listen);
    return listener;
  }

  private static void removeStale(Path path) throws IOException {
    Object mode;
    try {
      mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException _) {
      return;
    }
    if (((int) mode & FILE_TYPE_MASK) != FILE_TYPE_SOCKET) {
      throw new IOException("there is a file that is no socket");
    }
    Socket probe = Socket.newSocketDomain();
    try {
      probe.connect(new DomainSocketAddress(path.toFile()));
      throw new IOException("Address already in use");
    } catch (ConnectException | FileNotFoundException _) {
      Files.deleteIfExists(path); // nobody listens there any more
    } finally {
      probe.close();
    }
  }

  // Empty if there is no such file.
  private static Map<String, Object> identity(Path path) {
    try {
      return Files.readAttributes(path, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
    } catch (IOException gone) {
      log.debug("no socket at {}", path, gone);
      return Map.of();
    }
  }

  @Override
  public ListenAddress.Unix address() {
    return address;
  }

  @Override
  public String text() {
    return address.name();
  }

  @Override
  public Socket socket(int slot) {
    return socket;
  }

  @Override
  public List<Held> held() {
    return List.of(new Held(address.name(), slot, socket));
  }

  @Override
  public void extendTo(int slots, ServerConfig.Listen listen) {}

  @Override
  public void shrinkTo(int slots) {}

  @Override
  public void apply(ServerConfig.Listen listen) {
    try {
      socket.listen(listen.backlog());
      if (ownsFile) {
        Files.setPosixFilePermissions(address.path(), listen.unixMode());
      }
    } catch (IOException failure) {
      log.warn("{} keeps its former backlog or mode: {}", text(), failure.toString());
    }
  }

  /// Says whether the file is this master's to remove.
  void ownFile(boolean own) {
    ownsFile = own && slot != ListenSockets.ALL_SLOTS;
    identity = identity(address.path());
  }

  @Override
  public void close() {
    Listener.close(socket);
    if (ownsFile && !identity.isEmpty() && identity.equals(identity(address.path()))) {
      try {
        Files.deleteIfExists(address.path());
      } catch (FileSystemException refused) {
        log.warn("cannot remove {}: {}", address.path(), refused.getReason());
      } catch (IOException failure) {
        log.warn("cannot remove {}: {}", address.path(), failure.getMessage());
      }
    }
  }
}
