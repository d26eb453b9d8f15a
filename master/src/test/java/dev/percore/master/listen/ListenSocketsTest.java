package dev.percore.master.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.percore.config.ServerConfig;
import dev.percore.config.net.ListenAddress;
import dev.percore.master.listen.ListenSockets.Adopted;
import dev.percore.master.listen.ListenSockets.Held;
import dev.percore.master.listen.ListenSockets.Lent;
import dev.percore.protocol.posix.Cpus;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenSocketsTest {
  private static final ServerConfig.Listen ANY_PORT = new ServerConfig.Listen("127.0.0.1", 0, 16);

  @TempDir private Path folder = Path.of("/");

  @Test
  void sharesOnePortThatTheKernelChose() throws IOException {
    try (var sockets = ListenSockets.open(ANY_PORT, 3)) {
      assertThat(sockets.address().getPort()).isPositive();
      assertThat(descriptors(sockets, 0)).isNotEqualTo(descriptors(sockets, 2));
      try (var client = new java.net.Socket(host(sockets), sockets.address().getPort())) {
        assertThat(client.isConnected()).as("waits in a queue without a worker").isTrue();
      }
    }
  }

  @Test
  void refusesToJoinAnotherServersPort() throws IOException {
    try (var first = ListenSockets.open(ANY_PORT, 1)) {
      int port = first.address().getPort();
      assertThatThrownBy(() -> ListenSockets.open(at(port), 1))
          .isInstanceOf(ListenException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + port)
          .hasMessageContaining("Address already in use");
    }
  }

  @Test
  void saysWhenAPortIsTakenByAnOrdinarySocket() throws IOException {
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> ListenSockets.open(at(other.getLocalPort()), 1))
          .hasMessageContaining("Address already in use");
    }
  }

  @Test
  void freesThePortWhenClosed() throws IOException {
    var sockets = ListenSockets.open(ANY_PORT, 2);
    int port = sockets.address().getPort();
    sockets.close();
    try (var again = ListenSockets.open(at(port), 2)) {
      assertThat(again.address().getPort()).isEqualTo(port);
    }
  }

  @Test
  void listensOnSeveralAddressesInTheirOrder() throws IOException {
    String unix = "unix:" + folder.resolve("web.sock");
    try (var sockets = ListenSockets.open(with("[::1]:0", unix, "127.0.0.2:0"), 2)) {
      assertThat(sockets.ofSlot(1))
          .extracting(Lent::listener)
          .containsExactly("127.0.0.1:0", "[::1]:0", unix, "127.0.0.2:0");
      assertThat(sockets.texts().getFirst()).isEqualTo(ListenSockets.text(sockets.address()));
      assertThat(sockets.texts().get(1)).matches("\\[::1]:[1-9]\\d*");
      assertThat(sockets.texts().get(2)).isEqualTo(unix);
      assertThat(socket(sockets, 0, unix).intValue())
          .as("one for all slots")
          .isEqualTo(socket(sockets, 1, unix).intValue());
    }
  }

  @Test
  void opensNothingIfOneAddressIsTaken() throws IOException {
    String unix = "unix:" + folder.resolve("web.sock");
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () -> ListenSockets.open(with(unix, "127.0.0.1:" + other.getLocalPort()), 1))
          .hasMessageContaining("cannot listen on 127.0.0.1:" + other.getLocalPort());
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void keepsTheFamiliesApart() throws IOException {
    try (var any = ListenSockets.open(new ServerConfig.Listen("0.0.0.0", 0, 16), 1)) {
      int port = any.address().getPort();
      assertThat(connects("127.0.0.1", port)).isTrue();
      assertThat(connects("::1", port)).as("0.0.0.0 is IPv4 alone").isFalse();
    }
    try (var any = ListenSockets.open(new ServerConfig.Listen("::", 0, 16), 1)) {
      int port = any.address().getPort();
      assertThat(connects("::1", port)).isTrue();
      assertThat(connects("127.0.0.1", port)).as(":: alone is both").isTrue();
    }
    int port = freePort();
    try (var both = ListenSockets.open(listen("0.0.0.0", port, "[::]:" + port), 2)) {
      assertThat(connects("::1", port)).isTrue();
      assertThat(connects("127.0.0.1", port)).isTrue();
      assertThat(both.texts()).containsExactly("0.0.0.0:" + port, "[::]:" + port);
    }
  }

  @Test
  void makesUnixSocketsForThoseWhoMayConnectAndRemovesThemAtTheEnd() throws IOException {
    Path path = folder.resolve("web.sock");
    try (var _ = ListenSockets.open(with("unix:" + path), 2)) {
      assertThat(Files.getPosixFilePermissions(path))
          .isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
      assertThat(connects(path)).isTrue();
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void refusesAUnixSocketWhereSomebodyListens() throws IOException {
    Path path = folder.resolve("web.sock");
    try (var _ = ListenSockets.open(with("unix:" + path), 1)) {
      assertThatThrownBy(() -> ListenSockets.open(with("unix:" + path), 1))
          .hasMessage("cannot listen on unix:" + path + ": Address already in use");
      assertThat(connects(path)).isTrue();
    }
  }

  @Test
  void replacesAUnixSocketThatAKilledServerLeft() throws IOException {
    Path path = folder.resolve("web.sock");
    var killed = ListenSockets.open(with("unix:" + path), 1);
    killed.ownFiles(false);
    killed.close();
    assertThat(path).exists();
    try (var _ = ListenSockets.open(with("unix:" + path), 1)) {
      assertThat(connects(path)).isTrue();
    }
  }

  @Test
  void leavesAFileAloneThatIsNoSocketOfItsOwn() throws IOException {
    Path path = folder.resolve("web.sock");
    Files.createFile(path);
    assertThatThrownBy(() -> ListenSockets.open(with("unix:" + path), 1))
        .hasMessage("cannot listen on unix:" + path + ": there is a file that is no socket");
    assertThat(path).exists();
    Files.delete(path);
    try (var _ = ListenSockets.open(with("unix:" + path), 1)) {
      Files.delete(path);
      Files.createFile(path);
    }
    assertThat(path).as("somebody else's by now").exists();
  }

  @Test
  void hasSocketsForMoreSlotsWhenAsked() throws IOException {
    try (var sockets = ListenSockets.open(with("[::1]:0"), 1)) {
      List<Lent> first = sockets.ofSlot(0);
      sockets.extendTo(3);
      sockets.extendTo(2);

      assertThat(sockets.slots()).isEqualTo(3);
      assertThat(sockets.ofSlot(0)).isEqualTo(first);
      assertThat(port(socket(sockets, 2, "[::1]:0")))
          .isEqualTo(port(socket(sockets, 0, "[::1]:0")));
    }
  }

  @Test
  void keepsTheSocketsOfAddressesThatStay() throws IOException {
    String unix = "unix:" + folder.resolve("web.sock");
    try (var sockets = ListenSockets.open(with("127.0.0.2:0", unix), 2)) {
      FileDescriptor stays = socket(sockets, 1, unix);
      assertThat(sockets.reconfigure(with(unix, "127.0.0.3:0"))).containsExactly("127.0.0.2:0");

      assertThat(sockets.ofSlot(1))
          .extracting(Lent::listener)
          .containsExactly("127.0.0.1:0", unix, "127.0.0.3:0");
      assertThat(socket(sockets, 1, unix)).isEqualTo(stays);
      assertThat(connects(folder.resolve("web.sock"))).isTrue();
      assertThat(sockets.reconfigure(ANY_PORT)).containsExactly(unix, "127.0.0.3:0");
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void changesNothingIfANewAddressIsTaken() throws IOException {
    String unix = "unix:" + folder.resolve("web.sock");
    try (var sockets = ListenSockets.open(with("127.0.0.2:0"), 1);
        var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Lent> before = sockets.ofSlot(0);
      assertThatThrownBy(() -> sockets.reconfigure(with(unix, "127.0.0.1:" + other.getLocalPort())))
          .isInstanceOf(ListenException.class);

      assertThat(sockets.ofSlot(0)).isEqualTo(before);
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void goesBackToAConfigurationWhoseSocketsItKept() throws IOException {
    try (var sockets = ListenSockets.open(with("127.0.0.2:0"), 1)) {
      List<Lent> before = sockets.ofSlot(0);
      sockets.add(with("127.0.0.3:0"));
      assertThat(sockets.ofSlot(0))
          .extracting(Lent::listener)
          .containsExactly("127.0.0.1:0", "127.0.0.3:0", "127.0.0.2:0");
      sockets.extendTo(2);
      assertThat(sockets.ofSlot(1)).hasSize(3);

      assertThat(sockets.reconfigure(with("127.0.0.2:0"))).containsExactly("127.0.0.3:0");
      assertThat(sockets.ofSlot(0)).isEqualTo(before);
    }
  }

  @Test
  void takesTheBacklogOfTheNextConfiguration() throws IOException {
    Path path = folder.resolve("web.sock");
    try (var sockets = ListenSockets.open(withBacklog(1, "unix:" + path), 1)) {
      sockets.reconfigure(withBacklog(8, "unix:" + path));
      List<SocketChannel> waiting = new ArrayList<>();
      try {
        for (int i = 0; i < 8; i++) {
          waiting.add(SocketChannel.open(UnixDomainSocketAddress.of(path)));
        }
        assertThat(waiting).allMatch(SocketChannel::isConnected);
      } finally {
        for (SocketChannel channel : waiting) {
          channel.close();
        }
      }
    }
  }

  @Test
  void goesOnWithTheSocketsOfAnotherMaster() throws IOException {
    Path path = folder.resolve("web.sock");
    ServerConfig.Listen listen = with("unix:" + path, "127.0.0.2:0");
    var former = ListenSockets.open(listen, 2);
    List<String> texts = former.texts();
    try (var next = ListenSockets.adopt(with("unix:" + path), 3, handed(former))) {
      former.ownFiles(false);
      former.close();
      next.ownFiles(true);

      assertThat(next.texts()).isEqualTo(texts.subList(0, 2));
      assertThat(next.slots()).isEqualTo(3);
      assertThat(port(next.ofSlot(2).getFirst().socket())).isEqualTo(next.address().getPort());
      assertThat(connects("127.0.0.1", next.address().getPort())).isTrue();
      assertThat(connects(path)).isTrue();
      String gone = texts.get(2);
      assertThat(connects("127.0.0.2", Integer.parseInt(gone.substring(gone.indexOf(':') + 1))))
          .isFalse();
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void keepsTheSocketsOfMoreSlotsThanItIsAskedFor() throws IOException {
    try (var former = ListenSockets.open(ANY_PORT, 3);
        var next = ListenSockets.adopt(with("[::1]:0"), 1, handed(former))) {
      assertThat(next.slots()).isEqualTo(3);
      assertThat(next.ofSlot(2)).hasSize(2);
    }
  }

  @Test
  void leavesUnixSocketsToTheirOwnerIfItCannotStart() throws IOException {
    Path path = folder.resolve("web.sock");
    try (var former = ListenSockets.open(with("unix:" + path), 1);
        var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  ListenSockets.adopt(
                      with("unix:" + path, "127.0.0.1:" + other.getLocalPort()), 1, handed(former)))
          .isInstanceOf(ListenException.class);
      assertThat(connects(path)).isTrue();
    }
  }

  @Test
  void sharesTheSocketsOfAServiceManagerAmongAllSlots() throws IOException {
    Path path = folder.resolve("web.sock");
    try (var manager = ListenSockets.open(with("unix:" + path), 1)) {
      List<Adopted> given =
          handed(manager).stream()
              .map(one -> new Adopted(one.listener(), ListenSockets.ALL_SLOTS, one.fd()))
              .toList();
      try (var sockets = ListenSockets.adopt(with("unix:" + path), 2, given)) {
        sockets.ownFiles(true);
        sockets.extendTo(3);

        assertThat(sockets.ofSlot(2)).isEqualTo(sockets.ofSlot(0));
        assertThat(sockets.held())
            .extracting(Held::slot)
            .containsExactly(ListenSockets.ALL_SLOTS, ListenSockets.ALL_SLOTS);
      }
      assertThat(path).as("its file is never ours").exists();
    }
  }

  @Test
  void eachSlotCanTakeWhatItsCoreReceives() throws Exception {
    List<Integer> cores = Cpus.allowed();
    try (var sockets = ListenSockets.open(steered(true), cores.size())) {
      assertThat(incomingCpus(sockets)).isEqualTo(cores);
      sockets.extendTo(cores.size() + 1);
      assertThat(incomingCpus(sockets)).endsWith(cores.getFirst());
      sockets.reconfigure(steered(false));
      assertThat(incomingCpus(sockets)).containsOnly(-1);
      sockets.reconfigure(steered(true));
      assertThat(incomingCpus(sockets)).startsWith(cores.toArray(Integer[]::new));
    }
  }

  // Then no worker is bound to a core.
  @Test
  void noSlotTakesWhatItsCoreReceivesWhereThereAreFewerThanCores() throws Exception {
    assumeThat(Cpus.allowed()).hasSizeGreaterThan(1);
    try (var sockets = ListenSockets.open(steered(true), 1)) {
      assertThat(incomingCpus(sockets)).containsExactly(-1);
    }
  }

  // Whatever the other master has set.
  @Test
  void anotherMasterSteersAsItIsTold() throws Exception {
    int slots = Cpus.allowed().size();
    try (var steered = ListenSockets.open(steered(true), slots)) {
      try (var other = ListenSockets.adopt(steered(false), slots, handed(steered))) {
        assertThat(incomingCpus(other)).containsOnly(-1);
      }
      try (var other = ListenSockets.adopt(steered(true), slots, handed(steered))) {
        assertThat(incomingCpus(other)).doesNotContain(-1);
      }
    }
  }

  private static ServerConfig.Listen at(int port) {
    return new ServerConfig.Listen("127.0.0.1", port, 16);
  }

  private static ServerConfig.Listen with(String... extra) {
    return listen("127.0.0.1", 0, extra);
  }

  private static ServerConfig.Listen withBacklog(int backlog, String extra) {
    return listen("127.0.0.1", 0, backlog, 16, false, extra);
  }

  private static ServerConfig.Listen steered(boolean incomingCpu) {
    return listen("127.0.0.1", 0, 16, 0, incomingCpu);
  }

  private static List<Integer> incomingCpus(ListenSockets sockets) throws IOException {
    List<Integer> cpus = new ArrayList<>();
    for (Held held : sockets.held()) {
      cpus.add(
          ((Socket) held.socket()).getIntOpt(TcpListener.SOL_SOCKET, TcpListener.SO_INCOMING_CPU));
    }
    return cpus;
  }

  private static ServerConfig.Listen listen(String address, int port, String... extra) {
    return listen(address, port, 16, 0, false, extra);
  }

  private static ServerConfig.Listen listen(
      String address, int port, int backlog, int fastOpen, boolean incomingCpu, String... extra) {
    List<ListenAddress> addresses =
        Arrays.stream(extra)
            .map(text -> Objects.requireNonNull(ListenAddress.parse(text, Path.of("/")), text))
            .toList();
    return new ServerConfig.Listen(
        address,
        port,
        true,
        backlog,
        false,
        addresses,
        true,
        fastOpen,
        incomingCpu,
        null,
        PosixFilePermissions.fromString("rw-rw----"));
  }

  // A descriptor that travels to another process is a copy.
  private static List<Adopted> handed(ListenSockets sockets) throws IOException {
    List<Adopted> handed = new ArrayList<>();
    for (Held held : sockets.held()) {
      handed.add(new Adopted(held.listener(), held.slot(), copy(held.socket())));
    }
    return handed;
  }

  private static int copy(FileDescriptor descriptor) throws IOException {
    FileDescriptor[] pair = pair();
    try {
      assertThat(new Socket(pair[0].intValue()).sendFd(descriptor.intValue())).isPositive();
      return new Socket(pair[1].intValue()).recvFd();
    } finally {
      pair[0].close();
      pair[1].close();
    }
  }

  private static FileDescriptor[] pair() throws IOException {
    Path path = Files.createTempDirectory("pair").resolve("s");
    Socket listening = Socket.newSocketDomain();
    try {
      var address = new DomainSocketAddress(path.toFile());
      listening.bind(address);
      listening.listen(1);
      Socket one = Socket.newSocketDomain();
      one.connect(address);
      return new FileDescriptor[] {one, new FileDescriptor(listening.accept(new byte[128]))};
    } finally {
      listening.close();
      Files.delete(path);
      Files.delete(path.getParent());
    }
  }

  private static FileDescriptor socket(ListenSockets sockets, int slot, String listener) {
    return sockets.ofSlot(slot).stream()
        .filter(lent -> lent.listener().equals(listener))
        .findFirst()
        .orElseThrow()
        .socket();
  }

  private static List<Integer> descriptors(ListenSockets sockets, int slot) {
    return sockets.ofSlot(slot).stream().map(lent -> lent.socket().intValue()).toList();
  }

  private static InetAddress host(ListenSockets sockets) {
    return sockets.address().getAddress();
  }

  private static int port(FileDescriptor socket) {
    return Objects.requireNonNull(new Socket(socket.intValue()).localAddress()).getPort();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static boolean connects(String host, int port) {
    try (var _ = SocketChannel.open(new InetSocketAddress(host, port))) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static boolean connects(Path path) {
    try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
