package dev.percore.worker.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.ServerConfig;
import dev.percore.worker.api.BlockingHandler;
import dev.percore.worker.api.Body;
import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.Route;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class BlockingRoutesTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final IoMetrics metrics = new IoMetrics(registry);
  private final BlockingQueue<Throwable> fatal = new LinkedBlockingQueue<>();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch door = new CountDownLatch(1);
  private IoPool pool = new IoPool(3, new ServerConfig.Io(1, 1));

  @AfterEach
  void close() {
    door.countDown();
    pool.close();
  }

  @Test
  void answersOnAThreadOfThePool() throws Exception {
    FakeExchange exchange = call(_ -> Response.text(200, Thread.currentThread().getName()));
    assertThat(text(exchange.answer())).isEqualTo("io-3-1");
    assertThat(registry.get("percore.io.run.time").tag("handler", "test").timer().count())
        .isEqualTo(1);
  }

  @Test
  void mountsAHandlerUnderItsNamePathAndMethods() {
    Route route = route(_ -> Response.empty(204));
    assertThat(route.label()).isEqualTo("test");
    assertThat(route.path()).isEqualTo("/test");
    assertThat(route.methods()).containsExactly("GET");
  }

  @Test
  void givesTheHandlerItsOwnClassLoaderAsContext() throws Exception {
    BlockingQueue<ClassLoader> seen = new LinkedBlockingQueue<>();
    FakeExchange exchange =
        call(
            _ -> {
              seen.add(Thread.currentThread().getContextClassLoader());
              return Response.empty(204);
            });
    assertThat(exchange.answer().status()).isEqualTo(204);
    assertThat(seen).containsExactly(TestHandler.class.getClassLoader());
  }

  @Test
  void refusesWithARetryAfterWhenThePoolIsFull() throws Exception {
    metrics.watch(pool);
    Route route = route(this::waitAtTheDoor);
    FakeExchange running = send(route);
    assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
    FakeExchange waiting = send(route);
    assertThat(registry.get("percore.io.active").gauge().value()).isEqualTo(1);
    assertThat(registry.get("percore.io.queued").gauge().value()).isEqualTo(1);

    FakeExchange refused = send(route);

    assertThat(refused.isAnswered()).isTrue();
    assertThat(refused.answer().status()).isEqualTo(503);
    assertThat(refused.answer().headers())
        .contains(new Response.Header("Retry-After", "1"))
        .contains(new Response.Header("Content-Type", "application/problem+json"));
    assertThat(text(refused.answer())).contains("/problems/io-queue-full");
    assertThat(registry.get("percore.io.refused").tag("handler", "test").counter().count())
        .isEqualTo(1);
    door.countDown();
    assertThat(running.answer().status()).isEqualTo(200);
    assertThat(waiting.answer().status()).isEqualTo(200);
  }

  @Test
  void worksWithoutAQueue() throws Exception {
    pool = new IoPool(0, new ServerConfig.Io(1, 0));
    Route route = route(this::waitAtTheDoor);
    FakeExchange running = send(route);
    assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(send(route).answer().status()).isEqualTo(503);
    door.countDown();
    assertThat(running.answer().status()).isEqualTo(200);
  }

  @Test
  void aClientThatLeavesFreesItsPlaceInTheQueue() throws Exception {
    Route route = route(this::waitAtTheDoor);
    FakeExchange running = send(route);
    assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
    FakeExchange left = send(route);
    left.hangUp();
    FakeExchange waiting = send(route);
    assertThat(waiting.isAnswered()).isFalse();
    door.countDown();
    assertThat(running.answer().status()).isEqualTo(200);
    assertThat(waiting.answer().status()).isEqualTo(200);
    assertThat(left.isAnswered()).isFalse();
  }

  @Test
  void skipsACallWhoseClientLeftBeforeItsTurn() throws Exception {
    BlockingQueue<Request> handled = new LinkedBlockingQueue<>();
    Route route =
        route(
            request -> {
              handled.add(request);
              return Response.empty(204);
            });
    FakeExchange exchange = new FakeExchange(FakeRequest.get("/test"));
    exchange.hangUp();
    route.handler().handle(exchange);
    FakeExchange next = send(route);
    assertThat(next.answer().status()).isEqualTo(204);
    assertThat(handled).containsExactly(next.request());
    assertThat(exchange.isAnswered()).isFalse();
  }

  @Test
  void answersAnExceptionWithoutItsText() throws Exception {
    FakeExchange exchange =
        call(
            _ -> {
              throw new IOException("secret /etc/path");
            });
    assertHandlerFailed(exchange.answer());
    assertThat(text(exchange.answer())).doesNotContain("secret");
    assertThat(fatal).isEmpty();
  }

  @Test
  void answersAHandlerThatReturnsNothing() throws Exception {
    assertHandlerFailed(call(_ -> nothing()).answer());
  }

  @Test
  void answersAHandlerWhoseResponseCannotBeSent() throws Exception {
    Route route =
        route(
            request ->
                request.method().equals("GET")
                    ? Response.empty(204).with("Content-Length", "5")
                    : new Response(200, List.of(), noBody()));
    assertHandlerFailed(send(route).answer());
    FakeExchange second = new FakeExchange(FakeRequest.get("/test").withMethod("POST"));
    route.handler().handle(second);
    assertHandlerFailed(second.answer());
  }

  @Test
  void survivesErrorsThatConcernTheHandlerAlone() throws Exception {
    Route route =
        route(
            request -> {
              throw request.method().equals("GET")
                  ? new StackOverflowError()
                  : new NoClassDefFoundError("x");
            });
    FakeExchange first = send(route);
    FakeExchange second = new FakeExchange(FakeRequest.get("/test").withMethod("POST"));
    assertHandlerFailed(first.answer());
    route.handler().handle(second);
    assertHandlerFailed(second.answer());
    assertThat(fatal).isEmpty();
  }

  @Test
  void reportsThatTheJvmIsOutOfMemory() throws Exception {
    OutOfMemoryError error = new OutOfMemoryError("as thrown by a test");
    FakeExchange exchange =
        call(
            _ -> {
              throw error;
            });
    assertThat(fatal.poll(10, TimeUnit.SECONDS)).isSameAs(error);
    assertHandlerFailed(exchange.answer());
  }

  @Test
  void closesByInterruptingWhatRunsAndRefusingWhatWaits() throws Exception {
    Route route = route(this::waitAtTheDoor);
    FakeExchange running = send(route);
    assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
    FakeExchange waiting = send(route);
    pool.close();
    assertThat(text(waiting.answer())).contains("/problems/worker-stopping");
    assertHandlerFailed(running.answer());
    assertThat(text(send(route).answer())).contains("/problems/worker-stopping");
    assertThat(pool.awaitEnd(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void doesNotWaitForEverForAHandlerThatDoesNotHeedTheInterrupt() throws Exception {
    send(
        route(
            _ -> {
              entered.countDown();
              while (door.getCount() > 0) {
                Thread.onSpinWait();
              }
              return Response.empty(204);
            }));
    assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
    pool.close();
    assertThat(pool.awaitEnd(Duration.ofMillis(10))).isFalse();
    door.countDown();
    assertThat(pool.awaitEnd(Duration.ofSeconds(10))).isTrue();
  }

  private Response waitAtTheDoor(Request request) throws InterruptedException {
    entered.countDown();
    door.await();
    return Response.text(200, request.path());
  }

  private FakeExchange call(Action action) {
    return send(route(action));
  }

  private static FakeExchange send(Route route) {
    FakeExchange exchange = new FakeExchange(FakeRequest.get("/test"));
    route.handler().handle(exchange);
    return exchange;
  }

  private Route route(Action action) {
    return new BlockingRoutes(pool, metrics, fatal::add).route(new TestHandler(action));
  }

  private static void assertHandlerFailed(Response response) {
    assertThat(response.status()).isEqualTo(500);
    Map<?, ?> problem = JsonMapper.shared().readValue(text(response), Map.class);
    assertThat(problem.get("type")).isEqualTo("/problems/handler-failed");
    assertThat(problem.get("status")).isEqualTo(500);
  }

  private static String text(Response response) {
    return new String(((Body.Bytes) response.body()).bytes(), StandardCharsets.UTF_8);
  }

  // A handler written without null checks may return null.
  @SuppressWarnings("NullAway")
  private static Response nothing() {
    @Nullable Response none = null;
    return none;
  }

  @SuppressWarnings("NullAway")
  private static Body noBody() {
    @Nullable Body none = null;
    return none;
  }

  private interface Action {
    Response handle(Request request) throws Exception;
  }

  private record TestHandler(Action action) implements BlockingHandler {
    @Override
    public String name() {
      return "test";
    }

    @Override
    public String path() {
      return "/test";
    }

    @Override
    public Set<String> methods() {
      return Set.of("GET");
    }

    @Override
    public Response handle(Request request) throws Exception {
      return action.handle(request);
    }
  }
}
