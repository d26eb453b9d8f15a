package dev.percore.worker.http.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ClientSocketTest {
  private static final int MUCH = 20 << 20;

  @TempDir private Path folder = Path.of("/");

  private final IoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final IoEventLoop loop = group.next();
  private final LoopBuffers buffers = new LoopBuffers();
  private final BlockingQueue<Served> accepted = new LinkedBlockingQueue<>();
  private final List<Served> all = new ArrayList<>();
  private @Nullable Acceptor acceptor;
  private InetSocketAddress address = new InetSocketAddress(0);

  /// One connection as the server sees it, which notes what it is told.
  private static final class Served implements SocketEvents {
    final ClientSocket socket;
    final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    Served(ClientSocket socket) {
      this.socket = socket;
    }

    @Override
    public void opened() {
      told.add("opened");
    }

    @Override
    public void received(ByteBuf data) {
      String text = data.toString(StandardCharsets.US_ASCII);
      told.add(text);
      if (text.equals("throw")) {
        throw new IllegalStateException("on purpose");
      }
    }

    @Override
    public void receivedAll() {}

    @Override
    public void writable() {
      told.add("writable");
    }

    @Override
    public void inputEnded() {
      told.add("ended");
    }

    @Override
    public void broke(Throwable cause) {
      told.add("broke: " + cause.getMessage());
    }

    @Override
    public void closed() {
      told.add("closed");
    }

    String next() throws InterruptedException {
      return Objects.requireNonNullElse(told.poll(10, TimeUnit.SECONDS), "nothing");
    }
  }

  @BeforeEach
  void listen() throws IOException {
    LinuxSocket listener = LinuxSocket.newSocketStream(false);
    listener.setSendBufferSize(64 << 10);
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    listener.listen(16);
    address = Objects.requireNonNull(listener.localAddress());
    acceptor =
        onLoop(
            () -> {
              var accepting =
                  new Acceptor(
                      loop,
                      listener,
                      true,
                      (descriptor, client) -> {
                        assertThat(client).isNotNull();
                        var served = new Served(new ClientSocket(loop, buffers, descriptor, true));
                        accepted.add(served);
                        served.socket.open(served);
                      });
              accepting.start();
              return accepting;
            });
  }

  @AfterEach
  void close() {
    onLoop(
        () -> {
          Objects.requireNonNull(acceptor).close();
          accepted.drainTo(all);
          all.forEach(served -> served.socket.close());
          return 0;
        });
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    buffers.close();
  }

  @Test
  void receivesAndSends() throws Exception {
    try (SocketChannel client = connect()) {
      write(client, "hello");
      Served served = served();
      assertThat(served.next()).isEqualTo("opened");
      assertThat(served.next()).isEqualTo("hello");

      assertThat(onLoop(() -> send(served, "answer".getBytes(StandardCharsets.US_ASCII))).get())
          .isTrue();
      assertThat(new String(read(client, 6), StandardCharsets.US_ASCII)).isEqualTo("answer");
      write(client, "again");
      assertThat(served.next()).isEqualTo("again");
    }
    Served served = all.getFirst();
    assertThat(served.next()).isEqualTo("ended");
    onLoop(
        () -> {
          served.socket.close();
          served.socket.close();
          return 0;
        });
    assertThat(served.next()).isEqualTo("closed");
    assertThat(served.told).isEmpty();
  }

  @Test
  void keepsWhatTheClientDoesNotTakeYet() throws Exception {
    byte[] much = random();
    try (SocketChannel client = connect()) {
      Served served = served();
      assertThat(served.next()).isEqualTo("opened");
      CompletableFuture<Boolean> sent = onLoop(() -> send(served, much));
      CompletableFuture<Boolean> after = onLoop(() -> whenSent(served));
      assertThat(onLoop(served.socket::isWritable)).isFalse();
      assertThat(sent).isNotDone();
      assertThat(after).isNotDone();

      assertThat(Arrays.equals(read(client, much.length), much)).isTrue();
      assertThat(sent.get()).isTrue();
      assertThat(after.get()).isTrue();
      assertThat(served.next()).isEqualTo("writable");
      assertThat(onLoop(served.socket::isIdle)).isTrue();
      assertThat(onLoop(served.socket::sentBytes)).isEqualTo(much.length);
    }
  }

  @Test
  void tellsWhatWasNotSent() throws Exception {
    Served served;
    CompletableFuture<Boolean> sent;
    CompletableFuture<Boolean> after;
    try (SocketChannel client = connect()) {
      client.setOption(StandardSocketOptions.SO_LINGER, 0);
      served = served();
      sent = onLoop(() -> send(served, random()));
      after = onLoop(() -> whenSent(served));
    }

    assertThat(sent.get()).isFalse();
    assertThat(after.get()).isFalse();
    assertThat(onLoop(() -> send(served, new byte[1])).get()).isFalse();
    assertThat(onLoop(() -> whenSent(served)).get()).isFalse();
    Path file = Files.write(folder.resolve("file"), new byte[10]);
    FileChannel unsent = FileChannel.open(file);
    CompletableFuture<Boolean> ofFile = new CompletableFuture<>();
    onLoop(
        () -> {
          served.socket.send(unsent, 0, 10, unsent, ofFile::complete);
          return 0;
        });
    assertThat(ofFile.get()).isFalse();
    assertThat(unsent.isOpen()).isFalse();
    assertThat(onLoop(served.socket::shutdownOutput)).isFalse();
    assertThat(served.next()).isEqualTo("opened");
    assertThat(served.next()).startsWith("broke: ");
    assertThat(served.next()).isEqualTo("closed");
  }

  @Test
  void sendsAFileBetweenBuffers() throws Exception {
    byte[] much = random();
    Path file = Files.write(folder.resolve("file"), much);
    try (SocketChannel client = connect()) {
      Served served = served();
      CompletableFuture<Boolean> sent =
          onLoop(
              () -> {
                served.socket.cork(true);
                var _ = send(served, new byte[] {1, 2, 3});
                CompletableFuture<Boolean> whole = sendFile(served, file, 5, much.length - 5);
                var _ = send(served, new byte[] {4});
                served.socket.cork(false);
                return whole;
              });

      assertThat(read(client, 3)).containsExactly(1, 2, 3);
      byte[] rest = Arrays.copyOfRange(much, 5, much.length);
      assertThat(Arrays.equals(read(client, rest.length), rest)).isTrue();
      assertThat(read(client, 1)).containsExactly(4);
      assertThat(sent.get()).isTrue();
    }
  }

  @Test
  void closesWhenAFileBecomesShorter() throws Exception {
    Path file = Files.write(folder.resolve("file"), random());
    try (SocketChannel client = connect()) {
      Served served = served();
      CompletableFuture<Boolean> sent = onLoop(() -> sendFile(served, file, 0, MUCH));
      assertThat(sent).isNotDone();
      try (FileChannel shorter = FileChannel.open(file, StandardOpenOption.WRITE)) {
        shorter.truncate(1000);
      }
      var received = ByteBuffer.allocate(1 << 16);
      while (client.read(received.clear()) >= 0) {}

      assertThat(sent.get()).isFalse();
      assertThat(served.next()).isEqualTo("opened");
      assertThat(served.next()).contains("shorter");
      assertThat(served.next()).isEqualTo("closed");
    }
  }

  @Test
  void readsOnlyWhileThatIsWanted() throws Exception {
    try (SocketChannel client = connect();
        SocketChannel other = connect()) {
      Served served = served();
      assertThat(served.next()).isEqualTo("opened");
      setReading(served, false);
      write(client, "early");
      write(other, "later");
      Served read = served();
      assertThat(read.next()).isEqualTo("opened");
      assertThat(read.next()).isEqualTo("later");
      assertThat(served.told).isEmpty();
      setReading(served, true);
      assertThat(served.next()).isEqualTo("early");
    }
  }

  @Test
  void noticesAResetThoughItDoesNotRead() throws Exception {
    Served served;
    try (SocketChannel client = connect()) {
      client.setOption(StandardSocketOptions.SO_LINGER, 0);
      served = served();
      assertThat(served.next()).isEqualTo("opened");
      setReading(served, false);
    }
    assertThat(served.next()).isEqualTo("closed");
  }

  @Test
  void sendsToAClientThatHasEndedItsSide() throws Exception {
    try (SocketChannel client = connect()) {
      write(client, "last");
      client.shutdownOutput();
      Served served = served();
      assertThat(served.next()).isEqualTo("opened");
      assertThat(served.next()).isEqualTo("last");
      assertThat(served.next()).isEqualTo("ended");
      assertThat(onLoop(() -> send(served, new byte[] {7})).get()).isTrue();
      assertThat(onLoop(served.socket::shutdownOutput)).isTrue();

      assertThat(read(client, 1)).containsExactly(7);
      assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void aDefectEndsItsConnectionAlone() throws Exception {
    try (SocketChannel one = connect();
        SocketChannel other = connect()) {
      Served first = served();
      Served second = served();
      write(one, "throw");
      write(other, "throw");
      for (Served served : new Served[] {first, second}) {
        assertThat(served.next()).isEqualTo("opened");
        assertThat(served.next()).isEqualTo("throw");
        assertThat(served.next()).isEqualTo("broke: on purpose");
        assertThat(served.next()).isEqualTo("closed");
      }
      assertThat(one.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
    try (SocketChannel third = connect()) {
      write(third, "fine");
      Served served = served();
      assertThat(served.next()).isEqualTo("opened");
      assertThat(served.next()).isEqualTo("fine");
    }
  }

  @Test
  void acceptsNoMoreWhenClosed() throws Exception {
    onLoop(
        () -> {
          Objects.requireNonNull(acceptor).close();
          return 0;
        });
    try (SocketChannel client = SocketChannel.open()) {
      assertThatThrownBy(() -> client.connect(address)).isInstanceOf(IOException.class);
    }
  }

  private <T> T onLoop(Callable<T> action) {
    return loop.submit(action).syncUninterruptibly().getNow();
  }

  private void setReading(Served served, boolean wanted) {
    onLoop(
        () -> {
          served.socket.setReading(wanted);
          return 0;
        });
  }

  private CompletableFuture<Boolean> send(Served served, byte[] bytes) {
    CompletableFuture<Boolean> sent = new CompletableFuture<>();
    served.socket.send(served.socket.buffer().writeBytes(bytes), sent::complete);
    return sent;
  }

  private static CompletableFuture<Boolean> whenSent(Served served) {
    CompletableFuture<Boolean> sent = new CompletableFuture<>();
    served.socket.whenSent(sent::complete);
    return sent;
  }

  private static CompletableFuture<Boolean> sendFile(
      Served served, Path file, long position, long length) throws IOException {
    CompletableFuture<Boolean> sent = new CompletableFuture<>();
    FileChannel channel = FileChannel.open(file);
    served.socket.send(channel, position, length, channel, sent::complete);
    return sent;
  }

  private static byte[] random() {
    byte[] bytes = new byte[MUCH];
    new Random(42).nextBytes(bytes);
    return bytes;
  }

  private SocketChannel connect() throws IOException {
    SocketChannel client = SocketChannel.open();
    client.setOption(StandardSocketOptions.SO_RCVBUF, 64 << 10);
    client.connect(address);
    return client;
  }

  private Served served() throws InterruptedException {
    Served served = accepted.poll(10, TimeUnit.SECONDS);
    if (served == null) {
      throw new AssertionError("no connection came");
    }
    all.add(served);
    return served;
  }

  private static void write(SocketChannel client, String text) throws IOException {
    client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
  }

  private static byte[] read(SocketChannel client, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining() && client.read(bytes) >= 0) {}
    return bytes.array();
  }
}
