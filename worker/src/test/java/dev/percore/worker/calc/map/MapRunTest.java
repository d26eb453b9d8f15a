package dev.percore.worker.calc.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.protocol.ControlMessage.PoolState;
import dev.percore.protocol.shared.PoisonTable;
import dev.percore.protocol.shared.RunningCall;
import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeException;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import dev.percore.worker.calc.Catalogue;
import dev.percore.worker.calc.PoolGate;
import dev.percore.worker.compute.ComputeTask.Abandonment;
import dev.percore.worker.compute.Submission;
import dev.percore.worker.handoff.PortableTask;
import dev.percore.worker.poison.PoisonGuard;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MapRunTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int WORKERS = 3;
  private static final int WINDOW = 2 * WORKERS + 2;

  private final FakeLane lane = new FakeLane();
  private final PoolGate gate = new PoolGate();
  private PoisonGuard poison = PoisonGuard.none();
  private final List<Runnable> timers = new ArrayList<>();
  private final FakeStream stream = new FakeStream(Integer.MAX_VALUE);

  @RepeatedTest(50)
  void keepsTheOrderWhateverIsDoneFirst() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int count = random.nextInt(300);
    FakeExchange exchange =
        send("application/x-ndjson", "chunk=" + random.nextInt(20), lines(count), stream);
    lane.runAll(random);

    assertThat(stream.isEnded()).as("seed %d", seed).isTrue();
    assertThat(indices(stream.text())).isEqualTo(upTo(count));
    assertThat(squares(stream.text())).isEqualTo(upTo(count).stream().map(n -> n * n).toList());
    assertThat(exchange.status()).isEqualTo(200);
  }

  @RepeatedTest(20)
  void itIsTheSameWhereverAChunkIsComputed() {
    long seed = System.nanoTime();
    String body = "[ -1, {\"n\":\n -2}, 13, \"x\", 14, -3, tru, 0]";
    send("application/json", "chunk=" + (1 + seed % 4), body, stream);
    lane.runAll(new Random(seed), new ChunkCalls(new Catalogue(List.of(new Square())), poison));

    assertThat(outcomes(JSON.readTree(stream.text())))
        .as("seed %d", seed)
        .containsExactly(
            "1",
            "4",
            "no-answer",
            "parameter-wrong-type",
            "function-failed",
            "9",
            "malformed-json",
            "0");
    assertThat(stream.isEnded()).isTrue();
  }

  @Test
  void aChunkThatExpiresElsewhereBlamesTheElementAtWork() {
    send("application/x-ndjson", "chunk=3", "-1\n77\n-2\n", stream);
    lane.runElsewhere(0, new ChunkCalls(new Catalogue(List.of(new Square())), poison));
    lane.runAll(new Random());
    assertThat(stream.text().lines().map(line -> outcome(JSON.readTree(line))))
        .containsExactly("1", "compute-timeout", "4");
  }

  @Test
  void anElementAtWhichWorkersHaveDiedIsRefusedInItsPlace() {
    PoisonTable table = PoisonTable.inMemory(1);
    poison = PoisonGuard.of(table, 0, new SimpleMeterRegistry());
    long fingerprint = table.fingerprint().text("square").whole(-3).whole(0).value();
    Duration hour = Duration.ofHours(1);
    long now = System.nanoTime();
    var _ = table.died(new RunningCall("square", fingerprint, now, false), now, 1, hour, hour);

    send("application/x-ndjson", "chunk=3", "-2\n-3\n{\"n\":-3}\n-4\n", stream);
    lane.runElsewhere(0, new ChunkCalls(new Catalogue(List.of(new Square())), poison));
    lane.runAll(new Random());

    assertThat(stream.text().lines().map(line -> outcome(JSON.readTree(line))))
        .containsExactly("4", "poison-request", "poison-request", "16");
  }

  @Test
  void aChunkIsForTheSameClientElsewhere() {
    send("application/x-ndjson", "chunk=1", "-1\n", stream);
    PortableTask chunk = (PortableTask) lane.waiting.getFirst();
    var calls = new ChunkCalls(new Catalogue(List.of(new Square())), poison);
    assertThat(calls.task(chunk.call(), chunk::respond).orElseThrow().client())
        .isEqualTo(chunk.client());
  }

  @RepeatedTest(20)
  void sendsOutcomesAsTheyAreDoneIfAsked() {
    Random random = new Random();
    send("application/x-ndjson", "unordered=true&chunk=1", lines(100), stream);
    lane.run(3);
    assertThat(indices(stream.text())).containsExactly(3);
    lane.runAll(random);
    assertThat(indices(stream.text())).containsExactlyInAnyOrderElementsOf(upTo(100));
    assertThat(stream.isEnded()).isTrue();
  }

  @Test
  void readsAndComputesNoMoreThanTheClientTakes() {
    FakeStream slow = new FakeStream(0);
    send("application/x-ndjson", "chunk=10", lines(1_000), slow);
    lane.runAll(new Random());
    assertThat(lane.submitted).isEqualTo(WINDOW);
    slow.makeRoom(1);
    lane.runAll(new Random());
    assertThat(lane.submitted).isEqualTo(WINDOW + 1);
    slow.makeRoom(1_000);
    lane.runAll(new Random());
    assertThat(indices(slow.text())).isEqualTo(upTo(1_000));
    assertThat(slow.isEnded()).isTrue();
  }

  @Test
  void reportsEachFailureInItsPlaceAndGoesOn() {
    send(
        "application/json",
        "chunk=3",
        "[1, {\"n\":\"x\"}, {\"m\":1}, 13, {\"n\":14}, 15, tru, [], {\"n\":4}, null]",
        stream);
    lane.runAll(new Random());
    JsonNode all = JSON.readTree(stream.text());
    assertThat(all).hasSize(10);
    assertThat(outcomes(all))
        .containsExactly(
            "1",
            "parameter-wrong-type",
            "unknown-parameter",
            "no-answer",
            "function-failed",
            "function-failed",
            "malformed-json",
            "parameter-wrong-type",
            "16",
            "parameter-wrong-type");
  }

  @Test
  void putsImagesAndTheLikeAsBase64() {
    send("application/x-ndjson", "", "99", stream);
    lane.runAll(new Random());
    assertThat(JSON.readTree(stream.text()).get("result").toString())
        .isIn(
            "{\"media_type\":\"image/png\",\"base64\":\"AQID\"}",
            "{\"base64\":\"AQID\",\"media_type\":\"image/png\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json|[]|[]",
        "application/json|[2]|[{\"index\":0,\"result\":4}]",
        "application/x-ndjson|2|{\"index\":0,\"result\":4}"
      })
  void answersInTheFormOfTheQuestion(String type, String body, String expected) {
    FakeExchange exchange = send(type, "", body, stream);
    lane.runAll(new Random());
    assertThat(stream.text()).isEqualTo(expected + "\n");
    assertThat(exchange.contentType()).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/x-ndjson|application/x-ndjson",
        "*/*, application/json;q=0, application/x-ndjson|application/x-ndjson",
        "text/html, application/json|application/json",
        "*/*|application/json"
      })
  void answersInTheFormThatIsAskedFor(String accept, String expected) {
    FakeExchange exchange =
        begin(new FakeRequest("", "application/json", accept, bytes("[1,2]")), stream);
    assertThat(exchange.contentType()).isEqualTo(expected);
  }

  @Test
  void anArrayThatBreaksIsReportedWhereItDoes() {
    send("application/json", "chunk=2", "[1,2,3,,5]", stream);
    lane.runAll(new Random());
    assertThat(outcomes(JSON.readTree(stream.text())))
        .containsExactly("1", "4", "9", "malformed-json");
    assertThat(stream.isEnded()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json||{}|400|malformed-json",
        "text/plain||1|415|unsupported-media-type",
        "application/json|chunk=10001|[1]|400|parameter-out-of-range",
        "application/json|unordered=maybe|[1]|400|parameter-out-of-range",
        "application/json|chunks=1|[1]|400|unknown-parameter"
      })
  void refusesWhatIsNoMap(
      String type, @Nullable String query, String body, int status, String problem) {
    FakeExchange exchange = send(type, query == null ? "" : query, body, stream);
    assertThat(exchange.status()).isEqualTo(status);
    assertThat(exchange.problem()).isEqualTo(problem);
    assertThat(lane.submitted).isZero();
  }

  @Test
  void aLaneThatIsFullAtTheStartRefusesAll() {
    lane.room = 0;
    FakeExchange exchange = send("application/x-ndjson", "", lines(3), stream);
    assertThat(exchange.status()).isEqualTo(503);
    assertThat(exchange.problem()).isEqualTo("compute-queue-full");
  }

  @Test
  void offersAgainWhenOneOfItsOwnIsDoneAndByTheClockIfThereIsNone() {
    lane.room = 2;
    send("application/x-ndjson", "chunk=1", lines(10), stream);
    assertThat(lane.submitted).isEqualTo(2);
    lane.run(0);
    assertThat(lane.submitted).isEqualTo(3);
    assertThat(timers).isEmpty();
    lane.room = 0;
    lane.run(0);
    lane.run(0);
    assertThat(lane.waiting).isEmpty();
    assertThat(timers).hasSize(1);
    lane.room = 2;
    timers.removeFirst().run();
    lane.runAll(new Random());
    assertThat(indices(stream.text())).isEqualTo(upTo(10));
    assertThat(timers).isEmpty();
  }

  @Test
  void whatALaneThatStopsDoesNotTakeHasAnErrorInItsPlace() {
    send("application/x-ndjson", "chunk=1", lines(30), stream);
    lane.run(0);
    lane.room = 0;
    lane.refusal = Submission.Cause.STOPPING;
    while (!lane.waiting.isEmpty()) {
      lane.waiting.removeFirst().abandoned(Abandonment.STOPPING);
    }
    assertThat(indices(stream.text())).isEqualTo(upTo(30));
    assertThat(stream.text().lines().filter(line -> line.contains("worker-stopping"))).hasSize(29);
    assertThat(stream.isEnded()).isTrue();
  }

  @Test
  void aChunkThatExpiresBlamesTheElementAtWorkAndTriesTheOthersAgain() {
    send("application/x-ndjson", "chunk=4", "1\n2\n77\n4\n", stream);
    lane.run(0);
    assertThat(lane.waiting).hasSize(1);
    lane.run(0);
    assertThat(stream.text().lines().map(line -> outcome(JSON.readTree(line))))
        .containsExactly("1", "4", "compute-timeout", "16");
    assertThat(stream.isEnded()).isTrue();
  }

  @Test
  void aPoolThatIsClosedFinishesItsMapsAndTakesNoMore() {
    send("application/x-ndjson", "chunk=1", lines(100), stream);
    gate.use(PoolState.CLOSED);
    assertThat(send("application/x-ndjson", "", lines(1), new FakeStream(1)).status())
        .isEqualTo(503);
    assertThat(gate.maps()).isOne();
    lane.runAll(new Random());
    assertThat(squares(stream.text())).hasSize(100);
    assertThat(gate.maps()).isZero();
  }

  @Test
  void aPoolThatIsTerminatedReportsWhatIsLeftOfItsMaps() {
    send("application/x-ndjson", "chunk=1", lines(100), stream);
    gate.use(PoolState.TERMINATED);
    lane.runAll(new Random());
    assertThat(indices(stream.text())).isEqualTo(upTo(100));
    assertThat(stream.text().lines().filter(line -> line.contains("worker-stopping")))
        .hasSize(100 - WINDOW);
    assertThat(gate.maps()).isZero();
  }

  @Test
  void aClientThatIsGoneCancelsWhatIsUnderWay() {
    FakeExchange exchange = send("application/x-ndjson", "chunk=1", lines(100), stream);
    assertThat(lane.waiting).hasSize(WINDOW);
    exchange.hangUp();
    assertThat(lane.cancelled).isEqualTo(WINDOW);
    assertThat(lane.waiting).isEmpty();
    assertThat(lane.submitted).isEqualTo(WINDOW);
  }

  @Test
  void theSizeOfChunksFollowsTheTimeThatTheyTake() {
    ChunkSize size = new ChunkSize(0);
    assertThat(size.get()).isOne();
    size.learn(1, 10);
    assertThat(size.get()).isEqualTo(4);
    size.learn(4, 40);
    size.learn(16, 160);
    size.learn(64, 640);
    size.learn(256, 2_560);
    assertThat(size.get()).isEqualTo(1_000);
    size.learn(1_000, 100_000);
    assertThat(size.get()).isEqualTo(100);
    size.learn(100, 20_000_000);
    assertThat(size.get()).isOne();
    ChunkSize fixed = new ChunkSize(7);
    fixed.learn(7, 1);
    assertThat(fixed.get()).isEqualTo(7);
  }

  private FakeExchange send(String type, String query, String body, FakeStream out) {
    return begin(new FakeRequest(query, type, null, bytes(body)), out);
  }

  private FakeExchange begin(FakeRequest request, FakeStream out) {
    FakeExchange exchange = new FakeExchange(request, null, out);
    var catalogue = new Catalogue(List.of(new Square()));
    new MapRoutes(catalogue, lane::submit, (action, _) -> timers.add(action), WORKERS, gate, poison)
        .routes()
        .getFirst()
        .handler()
        .handle(exchange);
    return exchange;
  }

  private static String lines(int count) {
    // Negative, since some of the others have a meaning of their own.
    return IntStream.range(0, count).mapToObj(n -> -n + "\n").collect(Collectors.joining());
  }

  private static List<Integer> upTo(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static List<Integer> indices(String text) {
    return text.lines().map(line -> JSON.readTree(line).get("index").asInt()).toList();
  }

  private static List<Integer> squares(String text) {
    return text.lines().map(line -> JSON.readTree(line).get("result").asInt()).toList();
  }

  private static List<String> outcomes(JsonNode all) {
    List<String> outcomes = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).get("index").asInt()).isEqualTo(i);
      outcomes.add(outcome(all.get(i)));
    }
    return outcomes;
  }

  private static String outcome(JsonNode one) {
    return one.has("result")
        ? one.get("result").toString()
        : one.get("error").get("type").asString().substring("/problems/".length());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Squares, but for some numbers with a meaning of their own.
  private final class Square implements ComputeFunction {
    @Override
    public FunctionSpec spec() {
      return FunctionSpec.of(
          "square",
          "Squares.",
          List.of(
              new Parameter.Whole("n", "a number", -1000, 1000, null),
              new Parameter.Whole("unused", "another", 0, 1, 0L)),
          Map.of("n", 2L));
    }

    @Override
    public ComputeResult apply(Arguments arguments, ComputeContext context) throws Exception {
      long n = arguments.whole("n");
      if (n == 13) {
        throw new ComputeException("n", "unlucky");
      }
      if (n == 14) {
        throw new IllegalStateException("on purpose");
      }
      if (n == 15) {
        throw new StackOverflowError("on purpose");
      }
      if (n == 77) {
        lane.expireRunning();
      }
      return n == 99
          ? ComputeResult.binary("image/png", new byte[] {1, 2, 3})
          : ComputeResult.json(n * n);
    }
  }
}
