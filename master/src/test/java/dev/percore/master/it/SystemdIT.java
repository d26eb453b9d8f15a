package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A service manager starts the server: the test plays systemd.
final class SystemdIT {
  /// Binds two listening sockets where sd_listen_fds(3) has them, and becomes the server.
  private static final String LAUNCHER =
      """
      use strict; use Socket;
      $^F = 9; my @keep;
      for my $fd (3, 4) {
        socket(my $s, PF_INET, SOCK_STREAM, 0) or die $!;
        bind($s, sockaddr_in(0, inet_aton("127.0.0.1"))) or die $!;
        listen($s, 16) or die $!;
        die "got descriptor " . fileno($s) unless fileno($s) == $fd;
        push @keep, $s;
      }
      $ENV{LISTEN_PID} = $$; $ENV{LISTEN_FDS} = 2; $ENV{LISTEN_FDNAMES} = "web:spare";
      $| = 1; print "launcher $$\\n"; exec @ARGV or die $!;
      """;

  @TempDir private Path folder;
  private Socket notify = openSocket();
  private final List<String> told = new ArrayList<>();

  private static Socket openSocket() {
    Epoll.ensureAvailability();
    return Socket.newSocketDomainDgram();
  }

  @BeforeEach
  void bind() throws IOException {
    notify.bind(new DomainSocketAddress(folder.resolve("notify").toString()));
  }

  @AfterEach
  void close() throws IOException {
    notify.close();
  }

  private void environment(ProcessBuilder builder) {
    builder.environment().put("NOTIFY_SOCKET", folder.resolve("notify").toString());
    builder.environment().put("WATCHDOG_USEC", "200000");
  }

  /// What the server has told so far, a message an element.
  private List<String> told() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(1000);
    for (int length = receive(buffer); length > 0; length = receive(buffer)) {
      told.add(StandardCharsets.UTF_8.decode(buffer.position(0).limit(length)).toString());
    }
    return told;
  }

  private int receive(ByteBuffer buffer) throws IOException {
    buffer.clear();
    return notify.recv(buffer, 0, buffer.capacity());
  }

  @Test
  void tellsThatItServesThatItLivesAndThatItStops() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, this::environment)) {
      Await.until("told ready", () -> told().stream().anyMatch(text -> text.startsWith("READY=1")));
      assertThat(told())
          .contains("READY=1\nSTATUS=serving on 127.0.0.1:" + server.service().getPort());
      told.clear();
      Await.until(
          "two signs of life", () -> told().stream().filter("WATCHDOG=1"::equals).count() >= 2);
      for (WorkerInfo worker : server.workers()) {
        assertThat(Files.readString(Path.of("/proc/" + worker.pid() + "/environ")))
            .doesNotContain("NOTIFY_SOCKET", "WATCHDOG_USEC");
      }
      server.signal("TERM");
      assertThat(server.awaitExitCode()).isZero();
    }
    assertThat(told()).contains("STOPPING=1\nSTATUS=stopping");
  }

  @Test
  void aStuckMasterGivesNoSignOfLife() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, this::environment, "workers=1")) {
      OsProcesses.stop(server.masterPid());
      var _ = told();
      told.clear();
      // Twice the time after which it would be killed; there is nothing to wait for but time.
      Process time = new ProcessBuilder("sleep", "0.4").start();
      assertThat(time.waitFor()).isZero();
      assertThat(told()).isEmpty();
      OsProcesses.send("CONT", server.masterPid());
    }
  }

  @Test
  void keepsPidAndDescriptorsThroughTheStartScriptAndGetsTheSocketsPassed() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/perl")), "needs perl");
    try (PercoreServer server =
        PercoreServer.start(
            folder,
            builder -> builder.command().addAll(0, List.of("/usr/bin/perl", "-e", LAUNCHER)),
            "workers=1")) {
      server.output().awaitLine("launcher " + server.masterPid());
      for (String name : List.of("web", "spare")) {
        server
            .output()
            .awaitLine("the service manager passed a socket \\(" + name + "\\) on /127.0.0.1:\\d+");
      }
      assertThat(Files.readString(Path.of("/proc/" + server.worker(0).pid() + "/environ")))
          .doesNotContain("LISTEN_FDS");
    }
  }
}
