package dev.percore.master.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.master.supervise.WorkerLink;
import dev.percore.protocol.ControlMessage;
import dev.percore.protocol.ControlMessage.ClientConnection;
import dev.percore.protocol.ControlMessage.Configure;
import dev.percore.protocol.ControlMessage.HandOver;
import dev.percore.protocol.ControlMessage.Hello;
import dev.percore.protocol.ControlMessage.Lend;
import dev.percore.protocol.ControlMessage.Ready;
import dev.percore.protocol.ControlMessage.ToMaster;
import dev.percore.protocol.ControlPipeline;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real Unix sockets, with this process in both roles.
class WorkerConnectionsTest {
  @TempDir private Path temp;

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final Recorder recorder = new Recorder();
  private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();

  @BeforeEach
  void listen() throws Exception {
    new WorkerConnections(loop, recorder).open(temp.resolve("m.sock"), temp.resolve("d.sock"));
  }

  @AfterEach
  void close() {
    loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void attachesAWorkerWhenBothConnectionsAreThere() throws Exception {
    Channel messages = connectMessages();
    messages.writeAndFlush(hello(ControlMessage.PROTOCOL_VERSION));
    connectDescriptors();
    recorder.attached();
    messages.writeAndFlush(new Ready(Duration.ofSeconds(1)));
    assertThat(recorder.next()).isEqualTo(new Ready(Duration.ofSeconds(1)));
  }

  @Test
  void carriesMessagesAndDescriptorsToTheWorker() throws Exception {
    connectDescriptors();
    connectMessages().writeAndFlush(hello(ControlMessage.PROTOCOL_VERSION));
    WorkerLink link = recorder.attached();

    link.send(new Configure(Map.of("a", "b"), false));
    assertThat(received.poll(10, TimeUnit.SECONDS))
        .isEqualTo(new Configure(Map.of("a", "b"), false));

    FileDescriptor[] pipe = FileDescriptor.pipe();
    link.send(new Lend(0, "here"), pipe[1], _ -> {});
    assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo(new Lend(0, "here"));
    var copy = (FileDescriptor) received.poll(10, TimeUnit.SECONDS);
    assertThat(copy).isNotNull();
    assertThat(copy.intValue()).isNotEqualTo(pipe[1].intValue());
    ByteBuffer one = ByteBuffer.allocateDirect(1).put((byte) 42).flip();
    assertThat(copy.write(one, 0, 1)).as("the copy leads to the same pipe").isEqualTo(1);
    ByteBuffer back = ByteBuffer.allocateDirect(1);
    assertThat(pipe[0].read(back, 0, 1)).isEqualTo(1);
    assertThat(back.get(0)).isEqualTo((byte) 42);
    assertThat(pipe[1].isOpen()).as("lent, not given").isTrue();
    copy.close();
    pipe[0].close();
    pipe[1].close();
  }

  @Test
  void joinsConnectionsThatAreHandedOverToWhatIsSaidOfThem() throws Exception {
    Channel descriptors = connectDescriptors();
    Channel messages = connectMessages();
    FileDescriptor[] pipe = FileDescriptor.pipe();
    var connection = new ClientConnection("127.0.0.1:8080", "", 3);

    descriptors.writeAndFlush(pipe[0]).syncUninterruptibly(); // whichever comes first
    messages.writeAndFlush(new HandOver(connection));

    assertThat(recorder.next()).isEqualTo(connection);
    var copy = (FileDescriptor) recorder.next();
    pipe[0].close();
    assertThat(pipe[1].write(ByteBuffer.allocateDirect(1), 0, 1)).as("still read").isEqualTo(1);
    copy.close();
    pipe[1].close();
  }

  @Test
  void tellsWhenAWorkerIsGone() throws Exception {
    Channel messages = connectMessages();
    messages.close();
    assertThat(recorder.next()).isEqualTo("detached");
  }

  @Test
  void hangsUpOnAnotherProtocolVersion() throws Exception {
    Channel messages = connectMessages();
    messages.writeAndFlush(hello(99));
    assertThat(messages.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void hangsUpOnBytesThatAreNoMessage() throws Exception {
    Channel messages = connectMessages();
    messages
        .pipeline()
        .firstContext()
        .writeAndFlush(messages.alloc().buffer().writeInt(1).writeByte(250));
    assertThat(messages.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void hangsUpOnAStranger() throws Exception {
    recorder.strangers = true;
    Channel messages = connectMessages();
    assertThat(messages.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(recorder.events).isEmpty();
  }

  private static Hello hello(int version) {
    return new Hello(version, 0, 1);
  }

  private Channel connectMessages() {
    return connect(
        "m.sock",
        DomainSocketReadMode.BYTES,
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            ControlPipeline.addTo(channel.pipeline());
            channel.pipeline().addLast(new Receiver());
          }
        });
  }

  private Channel connectDescriptors() {
    return connect("d.sock", DomainSocketReadMode.FILE_DESCRIPTORS, new Receiver());
  }

  private Channel connect(String name, DomainSocketReadMode mode, ChannelHandler handler) {
    return new Bootstrap()
        .group(loop)
        .channel(EpollDomainSocketChannel.class)
        .option(EpollChannelOption.DOMAIN_SOCKET_READ_MODE, mode)
        .handler(handler)
        .connect(new DomainSocketAddress(temp.resolve(name).toFile()))
        .syncUninterruptibly()
        .channel();
  }

  private final class Receiver extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      received.add(message);
    }
  }

  private static final class Recorder implements WorkerConnections.Events {
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private volatile boolean strangers;

    WorkerLink attached() throws InterruptedException {
      Object event = next();
      assertThat(event).isInstanceOf(WorkerLink.class);
      return (WorkerLink) event;
    }

    Object next() throws InterruptedException {
      Object event = events.poll(10, TimeUnit.SECONDS);
      assertThat(event).as("an event within 10 s").isNotNull();
      return event;
    }

    @Override
    public boolean isWorker(long pid) {
      return !strangers && pid == ProcessHandle.current().pid();
    }

    @Override
    public void attached(long pid, WorkerLink link) {
      events.add(link);
    }

    @Override
    public void said(long pid, ToMaster message) {
      events.add(message);
    }

    @Override
    public void handedOver(long pid, ClientConnection connection, FileDescriptor descriptor) {
      events.add(connection);
      events.add(descriptor);
    }

    @Override
    public void detached(long pid) {
      events.add("detached");
    }
  }
}
