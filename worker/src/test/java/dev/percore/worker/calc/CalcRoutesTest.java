package dev.percore.worker.calc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.ServerConfig;
import dev.percore.worker.api.Body;
import dev.percore.worker.api.ComputeException;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.Parameter;
import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import dev.percore.worker.compute.ComputeLane;
import dev.percore.worker.compute.ComputeMetrics;
import dev.percore.worker.http.Route;
import dev.percore.worker.poison.PoisonGuard;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(30)
class CalcRoutesTest {
  private static final JsonMapper JSON = new JsonMapper();

  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private ComputeLane lane = lane(Duration.ofSeconds(30));
  private List<Route> routes = routes();

  @AfterEach
  void stop() throws Exception {
    release.countDown();
    lane.close();
    assertThat(lane.awaitEnd(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void answersWithArgumentsResultAndWhereItRan() throws Exception {
    Response response = get("/calc/count", "n=1e3").response();
    assertThat(response.status()).isEqualTo(200);
    assertThat(header(response, "Content-Type")).isEqualTo("application/json");
    assertThat(header(response, "Server-Timing"))
        .matches(
            "queue;dur=[0-9]+\\.[0-9]{3}, compute;dur=[0-9]+\\.[0-9]{3},"
                + " cpu;dur=[0-9]+\\.[0-9]{3}, alloc;desc=\"[0-9]+\"");
    assertThat(body(response))
        .matches(
            "\\{\"function\":\"count\",\"arguments\":\\{\"n\":1000},\"result\":1000,"
                + "\"worker\":\\{\"slot\":1,\"pid\":4711,\"thread\":\"compute-1\",\"thread_id\":[1-9][0-9]*},"
                + "\"queued_us\":[0-9]+,\"computed_us\":[0-9]+,"
                + "\"cpu_us\":[0-9]+,\"allocated_bytes\":[0-9]+}");
  }

  @Test
  void answersAPostWithAJsonBody() throws Exception {
    FakeExchange exchange =
        send(FakeRequest.post("/calc/eval", "application/json", "{\"expression\":\"1+2\"}"));
    JsonNode answer = JSON.readTree(body(exchange.response()));
    assertThat(answer.get("result").intValue()).isEqualTo(3);
    assertThat(answer.get("arguments").toString()).isEqualTo("{\"expression\":\"1+2\"}");
  }

  @Test
  void readsALongBodyOnTheComputeThread() throws Exception {
    FakeExchange running = get("/calc/wait", Map.of());
    started.await();
    String padding = " ".repeat(16 * 1024);
    FakeExchange valid =
        send(FakeRequest.post("/calc/count", "application/json", "{\"n\":3}" + padding));
    assertThat(valid.isAnswered()).isFalse();
    release.countDown();
    assertThat(running.response().status()).isEqualTo(200);
    assertThat(JSON.readTree(body(valid.response())).get("result").intValue()).isEqualTo(3);
    FakeExchange invalid =
        send(FakeRequest.post("/calc/count", "application/json", "{\"n\":-3}" + padding));
    assertThat(invalid.problem().type()).isEqualTo("parameter-out-of-range");
  }

  @Test
  void theClassicCalculationCounts() throws Exception {
    JsonNode answer = JSON.readTree(body(get("/calc", "n=12345").response()));
    assertThat(answer.get("function").stringValue()).isEqualTo("count");
    assertThat(answer.get("result").longValue()).isEqualTo(12345);
  }

  @Test
  void bigIntegersAreStrings() throws Exception {
    JsonNode answer = JSON.readTree(body(get("/calc/fibonacci", "n=100").response()));
    assertThat(answer.get("result").stringValue()).isEqualTo("354224848179261915075");
  }

  @Test
  void anImageTellsInHeadersWhereItRan() throws Exception {
    Response response = get("/calc/mandelbrot", "width=8&height=8").response();
    assertThat(header(response, "Content-Type")).isEqualTo("image/png");
    assertThat(header(response, "Percore-Slot")).isEqualTo("1");
    assertThat(header(response, "Percore-Pid")).isEqualTo("4711");
    assertThat(header(response, "Percore-Thread")).isEqualTo("compute-1");
    assertThat(header(response, "Percore-Thread-Id")).matches("[1-9][0-9]*");
    assertThat(header(response, "Server-Timing")).startsWith("queue;dur=");
    assertThat(((Body.Bytes) response.body()).bytes()).startsWith(0x89, 'P', 'N', 'G');
  }

  @Test
  void listsTheCatalogue() throws Exception {
    Response response = get("/calc/", Map.of()).response();
    JsonNode functions = JSON.readTree(body(response)).get("functions");
    assertThat(functions.size()).isEqualTo(14);
    JsonNode count = functions.get(1);
    assertThat(count.toString())
        .isEqualTo(
            "{\"name\":\"count\",\"summary\":\"Counts to n by adding one, n"
                + " times.\",\"url\":\"/calc/count\",\"parameters\":[{\"name\":\"n\",\"text\":\"number"
                + " of additions\",\"type\":\"integer\",\"minimum\":0,"
                + "\"maximum\":100000000000,\"required\":false,\"default\":100000000}],"
                + "\"cost_limit\":100000000000,\"cost_unit\":\"additions\","
                + "\"example_arguments\":{\"n\":1000000},\"example_url\":\"/calc/count?n=1000000\"}");
  }

  @Test
  void exampleUrlsAreReadyToUse() throws Exception {
    JsonNode functions = JSON.readTree(body(get("/calc/", Map.of()).response())).get("functions");
    List<String> urls = new ArrayList<>();
    functions.forEach(function -> urls.add(function.get("example_url").stringValue()));
    assertThat(urls)
        .contains(
            "/calc/eval?expression=2*%283%2B4%29%5E2+-+sqrt%2816%29%2F8",
            "/calc/sort?numbers=3,1,2", "/calc/pbkdf2?password=password&salt=salt&iterations=1000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void anUnknownFunctionIsToldWithTheKnownOnes(String method) throws Exception {
    Problem problem =
        send(new FakeRequest(method, "/calc/cuont", Map.of(), null, new byte[0])).problem();
    assertThat(problem.status()).isEqualTo(404);
    assertThat(problem.type()).isEqualTo("unknown-function");
    assertThat(problem.detail()).isEqualTo("There is no function 'cuont'. Did you mean 'count'?");
    assertThat((List<?>) problem.members().get("allowed")).hasSize(14);
  }

  @Test
  void theCatalogueCannotBePosted() throws Exception {
    Response response = send(FakeRequest.post("/calc/", null, "")).response();
    assertThat(response.status()).isEqualTo(405);
    assertThat(header(response, "Allow")).isEqualTo("GET, HEAD, OPTIONS");
  }

  @Test
  void aBadArgumentIsAnsweredAtOnce() {
    FakeExchange exchange = get("/calc/count", "n=-1");
    assertThat(exchange.isAnswered()).isTrue();
  }

  @Test
  void argumentsWithoutAnAnswerAreUnprocessable() throws Exception {
    Problem problem = get("/calc/eval", "expression=1/0").problem();
    assertThat(problem.status()).isEqualTo(422);
    assertThat(problem.type()).isEqualTo("no-answer");
    assertThat(problem.detail()).isEqualTo("division by zero at position 2");
    assertThat(problem.members())
        .containsEntry("parameter", "expression")
        .containsEntry("value", "1/0");
  }

  @Test
  void aFailureIsToldWithoutItsInside() throws Exception {
    Problem problem = get("/calc/broken", Map.of()).problem();
    assertThat(problem.status()).isEqualTo(500);
    assertThat(problem.type()).isEqualTo("function-failed");
    assertThat(problem.detail()).doesNotContain("secret");
  }

  @Test
  void aFullQueueIsToldWithATimeToRetry() throws Exception {
    FakeExchange running = get("/calc/wait", Map.of());
    started.await();
    FakeExchange waiting = get("/calc/count", "n=1");
    Response response = get("/calc/count", "n=1").response();
    assertThat(response.status()).isEqualTo(503);
    assertThat(header(response, "Retry-After")).isEqualTo("1");
    JsonNode problem = JSON.readTree(body(response));
    assertThat(problem.get("type").stringValue()).isEqualTo("/problems/compute-queue-full");
    assertThat(problem.get("queued").intValue()).isEqualTo(1);
    assertThat(problem.get("retry_after_seconds").intValue()).isEqualTo(1);
    release.countDown();
    assertThat(running.response().status()).isEqualTo(200);
    assertThat(waiting.response().status()).isEqualTo(200);
  }

  @Test
  void aCallThatRunsPastItsDeadlineIsATimeout() throws Exception {
    lane.close();
    lane = lane(Duration.ofMillis(50));
    routes = routes();
    FakeExchange exchange = get("/calc/wait", Map.of());
    while (!exchange.isAnswered()) {
      lane.expireOverdue();
    }
    Problem problem = exchange.problem();
    assertThat(problem.status()).isEqualTo(504);
    assertThat(problem.type()).isEqualTo("compute-timeout");
  }

  @Test
  void aClientThatHangsUpFreesTheLane() throws Exception {
    FakeExchange gone = get("/calc/wait", Map.of());
    started.await();
    gone.hangUp();
    assertThat(get("/calc/count", "n=1").response().status()).isEqualTo(200);
    assertThat(gone.isAnswered()).isFalse();
  }

  @Test
  void aStoppingWorkerSaysSo() throws Exception {
    FakeExchange running = get("/calc/wait", Map.of());
    started.await();
    FakeExchange waiting = get("/calc/count", "n=1");
    lane.close();
    FakeExchange late = get("/calc/count", "n=1");
    for (FakeExchange exchange : List.of(running, waiting, late)) {
      assertThat(exchange.response().status()).isEqualTo(503);
      assertThat(header(exchange.response(), "Retry-After")).isEqualTo("1");
      assertThat(body(exchange.response())).contains("/problems/worker-stopping");
    }
  }

  @Test
  void eachFunctionHasItsOwnRoute() {
    assertThat(routes.stream().map(Route::label))
        .contains("/calc", "/calc/", "/calc/count", "/calc/eval")
        .doesNotHaveDuplicates();
    assertThat(routes)
        .allSatisfy(
            route ->
                assertThat(route.methods())
                    .isEqualTo(
                        route.path().equals("/calc") ? Set.of("GET") : Set.of("GET", "POST")));
  }

  private ComputeLane lane(Duration timeout) {
    ComputeLane made =
        new ComputeLane(
            1,
            new ServerConfig.Compute(1, timeout, 10, false, Duration.ZERO),
            () -> {},
            new ComputeMetrics(new SimpleMeterRegistry()),
            error -> registry.counter("fatal").increment());
    made.start();
    return made;
  }

  private List<Route> routes() {
    List<ComputeFunction> functions = new ArrayList<>();
    CatalogueTest.shipped().forEach(entry -> functions.add(entry.function()));
    functions.add(FakeFunction.of("broken", List.of(), Map.of(), (_, _) -> fail()));
    functions.add(
        FakeFunction.of(
            "wait",
            List.of(new Parameter.Text("text", "unused", 10, "")),
            Map.of(),
            (_, context) -> {
              started.countDown();
              while (release.getCount() > 0) {
                context.checkCancelled();
                Thread.onSpinWait();
              }
              return ComputeResult.json(true);
            }));
    return new CalcRoutes(
            new Catalogue(functions),
            lane,
            new WorkerIdentity(1, 4711),
            Deferral.NONE,
            new PoolGate(),
            PoisonGuard.none())
        .routes();
  }

  private static ComputeResult fail() throws ComputeException {
    throw new IllegalStateException("secret");
  }

  private FakeExchange get(String path, String query) {
    return send(FakeRequest.get(path, query));
  }

  private FakeExchange get(String path, Map<String, List<String>> query) {
    return send(FakeRequest.get(path, query));
  }

  /// Finds the route as the server's router does: the exact path first, then a prefix.
  private FakeExchange send(Request request) {
    FakeExchange exchange = new FakeExchange(request);
    routes.stream()
        .filter(route -> route.path().equals(request.path()))
        .findFirst()
        .or(() -> routes.stream().filter(route -> isPrefix(route, request.path())).findFirst())
        .orElseThrow()
        .handler()
        .handle(exchange);
    return exchange;
  }

  private static boolean isPrefix(Route route, String path) {
    return route.path().endsWith("/") && path.startsWith(route.path());
  }

  private static String header(Response response, String name) {
    return response.headers().stream()
        .filter(header -> header.name().equals(name))
        .map(Response.Header::value)
        .findFirst()
        .orElse("none");
  }

  private static String body(Response response) {
    return new String(((Body.Bytes) response.body()).bytes(), StandardCharsets.UTF_8);
  }
}
