package dev.percore.master.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServiceManagerTest {
  private static final long PID = 42;

  @TempDir private Path folder;
  private Socket receiver = openSocket();

  private static Socket openSocket() {
    Epoll.ensureAvailability();
    return Socket.newSocketDomainDgram();
  }

  @BeforeEach
  void bind() throws IOException {
    receiver.bind(new DomainSocketAddress(path()));
  }

  @AfterEach
  void close() throws IOException {
    receiver.close();
  }

  private String path() {
    return folder.resolve("notify").toString();
  }

  private String received() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(1000);
    int length = receiver.recv(buffer, 0, buffer.capacity());
    return StandardCharsets.UTF_8.decode(buffer.limit(Math.max(0, length))).toString();
  }

  @Test
  void tellsEachOfTheStates() throws IOException {
    ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", path()), PID);

    manager.ready("serving on\nport 80");
    assertThat(received()).isEqualTo("READY=1\nSTATUS=serving on port 80");
    manager.reloading();
    assertThat(received()).matches("RELOADING=1\\nMONOTONIC_USEC=\\d+\\nSTATUS=reloading");
    manager.mainPid(7);
    assertThat(received()).isEqualTo("MAINPID=7");
    manager.stopping();
    assertThat(received()).isEqualTo("STOPPING=1\nSTATUS=stopping");
  }

  @Test
  void staysSilentWithoutASocketAndGoesOnWithoutAListener() throws IOException {
    ServiceManager.of(Map.of(), PID).ready("x");
    ServiceManager.of(Map.of("NOTIFY_SOCKET", folder.resolve("none").toString()), PID).ready("x");
    assertThat(received()).isEmpty();
  }

  @Test
  void givesSignsOfLifeTwiceAsOftenAsAsked() throws Exception {
    var twoTurns = new CountDownLatch(2);
    try (var loop = Executors.newSingleThreadScheduledExecutor()) {
      Map<String, String> environment =
          Map.of("NOTIFY_SOCKET", path(), "WATCHDOG_USEC", "20000", "WATCHDOG_PID", "42");
      ServiceManager.of(environment, PID).keepAlive(loop);
      var _ = loop.scheduleAtFixedRate(twoTurns::countDown, 10, 10, TimeUnit.MILLISECONDS);
      assertThat(twoTurns.await(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(received()).isEqualTo("WATCHDOG=1");
    assertThat(received()).isEqualTo("WATCHDOG=1");
  }

  @Test
  void givesNoSignOfLifeThatIsAskedOfAnother() throws IOException {
    try (var loop = Executors.newSingleThreadScheduledExecutor()) {
      for (String pid : List.of("41", "x")) {
        Map<String, String> environment =
            Map.of("NOTIFY_SOCKET", path(), "WATCHDOG_USEC", "20000", "WATCHDOG_PID", pid);
        ServiceManager.of(environment, PID).keepAlive(loop);
      }
      ServiceManager.of(Map.of("NOTIFY_SOCKET", path(), "WATCHDOG_USEC", "soon"), PID)
          .keepAlive(loop);
    }
    assertThat(received()).isEmpty();
  }

  @Test
  void keepsWhatIsItsOwnFromWorkersAndSuccessors() {
    Map<String, String> environment = new HashMap<>();
    for (String name :
        List.of("PATH", "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS")) {
      environment.put(name, "x");
    }
    ServiceManager.handOn(environment);
    assertThat(environment).containsOnlyKeys("PATH", "NOTIFY_SOCKET", "WATCHDOG_USEC");
    ServiceManager.withhold(environment);
    assertThat(environment).containsOnlyKeys("PATH");
  }

  @Test
  void takesNoSocketsThatAreMeantForAnother() throws IOException {
    assertThat(ActivatedSocket.all(Map.of("LISTEN_PID", "41", "LISTEN_FDS", "1"), PID)).isEmpty();
    assertThat(ActivatedSocket.all(Map.of(), PID)).isEmpty();
    assertThat(ActivatedSocket.all(Map.of("LISTEN_PID", "42"), PID)).isEmpty();
  }

  @Test
  void refusesSocketsThatAreNone() {
    for (String count : List.of("-1", "x", "99999")) {
      assertThatThrownBy(
              () -> ActivatedSocket.all(Map.of("LISTEN_PID", "42", "LISTEN_FDS", count), PID))
          .hasMessageContaining("LISTEN_FDS is");
    }
  }
}
