package dev.percore.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.ConfigLoader;
import dev.percore.config.ConfigSources;
import dev.percore.config.ServerConfig;
import dev.percore.protocol.blackbox.BlackBoxWriter;
import dev.percore.protocol.metrics.FamilyRegistry;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.LazyAnswers;
import dev.percore.worker.http.Route;
import dev.percore.worker.http.Router;
import dev.percore.worker.http.observe.AccessLog;
import dev.percore.worker.http.observe.HttpMetrics;
import dev.percore.worker.http.server.HttpFront;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalDoorTest {
  @TempDir private Path home;

  private final IoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

  @AfterEach
  void endLoop() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void letsItsOwnClientsInAndNobodyElse() throws Exception {
    var sources = new ConfigSources(Files.createFile(home.resolve("f")), Map.of(), List.of(), home);
    ServerConfig config = ConfigLoader.load(sources).config();
    HttpFront front =
        new HttpFront(
            config,
            new Router(
                List.of(
                    new Route(
                        "ping", "/", Set.of("GET"), e -> e.respond(Response.text(200, "pong"))))),
            new HttpMetrics(new FamilyRegistry()),
            new AccessLog(config.accessLog()),
            Optional.empty(),
            BlackBoxWriter.unread(),
            LazyAnswers.NONE);
    front.start(group.next());
    RehearsalDoor closed = RehearsalDoor.open(group.next(), front).orElseThrow();
    closed.close();
    assertThat(closed.connect()).as("nobody listens any more").isEmpty();
    assertThat(closed.connect()).isEmpty();
    try (RehearsalDoor door = RehearsalDoor.open(group.next(), front).orElseThrow()) {
      RehearsalClient client = door.connect().orElseThrow();
      client.get("/").get(10, TimeUnit.SECONDS);
      client.get("/").get(10, TimeUnit.SECONDS);
      client.close();
      try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
        stranger.setSoTimeout(10_000);
        assertThat(stranger.getInputStream().read()).isEqualTo(-1);
      }
    } finally {
      front.close().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }
}
