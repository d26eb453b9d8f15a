package dev.percore.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.ConfigLoader;
import dev.percore.config.ConfigSources;
import dev.percore.config.ServerConfig;
import dev.percore.protocol.blackbox.BlackBoxWriter;
import dev.percore.protocol.metrics.FamilyRegistry;
import dev.percore.worker.api.Body;
import dev.percore.worker.http.Route;
import dev.percore.worker.http.Router;
import dev.percore.worker.http.observe.AccessLog;
import dev.percore.worker.io.FakeExchange;
import dev.percore.worker.io.FakeRequest;
import dev.percore.worker.jobs.JobClient;
import dev.percore.worker.plugins.Plugins;
import dev.percore.worker.poison.PoisonGuard;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The OpenAPI document, held against what a worker serves.
class ServedPathsTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  /// Taken only to say that it is not.
  private static final Set<String> UNDOCUMENTED = Set.of("POST /calc/");

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

  private Plugins plugins;
  private Service service;

  @TempDir private Path folder;

  @BeforeEach
  void assemble() throws Exception {
    Path file = Files.createFile(folder.resolve("percore.yaml"));
    ServerConfig config =
        ConfigLoader.load(new ConfigSources(file, Map.of(), List.of(), folder)).config();
    plugins = Plugins.load(folder);
    service =
        new Service(
            0,
            config,
            plugins,
            new FamilyRegistry(),
            new AccessLog(config.accessLog()),
            Optional.empty(),
            BlackBoxWriter.unread(),
            () -> true,
            PoisonGuard.none(),
            Optional.empty(),
            Optional.of(new JobClient(_ -> {}, loops.next())));
  }

  @AfterEach
  void close() {
    service.close();
    plugins.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void theDocumentHasAllThatIsServedAndNothingElse() throws Exception {
    Router router = new Router(service.routes());
    Set<String> documented = new TreeSet<>(UNDOCUMENTED);
    for (Map.Entry<String, JsonNode> path : document(router).get("paths").properties()) {
      Router.Mount mount = router.find(path.getKey().replaceAll("\\{[^}]*}", "x"));
      assertThat(mount).as(path.getKey()).isNotNull();
      for (String name : path.getValue().propertyNames()) {
        String method = name.toUpperCase(Locale.ROOT);
        assertThat(mount.takes(method)).as("%s %s", method, path.getKey()).isTrue();
        documented.add(method + " " + mount.route().path());
      }
    }
    Set<String> served = new TreeSet<>();
    for (Route route : service.routes()) {
      route.methods().forEach(method -> served.add(method + " " + route.path()));
    }
    assertThat(served).hasSizeGreaterThan(40).isEqualTo(documented);
  }

  private static JsonNode document(Router router) throws Exception {
    FakeExchange exchange = new FakeExchange(FakeRequest.get("/openapi.json"));
    Objects.requireNonNull(router.find("/openapi.json")).route().handler().handle(exchange);
    return MAPPER.readTree(((Body.Bytes) exchange.answer().body()).bytes());
  }
}
