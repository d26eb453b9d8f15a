package dev.percore.worker.calc.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.protocol.ControlMessage.PoolState;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.Problem;
import dev.percore.worker.calc.Catalogue;
import dev.percore.worker.calc.PoolGate;
import dev.percore.worker.compute.Submission;
import dev.percore.worker.functions.Count;
import dev.percore.worker.poison.PoisonGuard;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Maps whose elements are computed while more of them arrive.
class StreamedMapTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int WORKERS = 3;
  private static final int WINDOW = 2 * WORKERS + 2;
  private static final Problem TOO_LATE = Problem.of(408, "request-timeout", "Late", "Too late.");

  private final FakeLane lane = new FakeLane();
  private final PoolGate gate = new PoolGate();
  private final FakeStream stream = new FakeStream(Integer.MAX_VALUE);
  private final FakeLines lines = new FakeLines();
  private final List<Runnable> timers = new ArrayList<>();

  @Test
  void answersWhatHasArrivedWhileMoreIsToCome() {
    FakeExchange exchange = begin("chunk=10", stream);
    assertThat(exchange.isAnswered()).as("what could be wrong is not known yet").isFalse();
    for (int i = 0; i < 50; i++) {
      lines.arrive(Integer.toString(i), Integer.toString(i));
      lane.runAll(new Random());
      assertThat(outcomes()).as("though a chunk may have more").hasSize(2 * i + 2);
      assertThat(lines.held).isZero();
      assertThat(lines.areAwaited()).isTrue();
    }
    assertThat(exchange.status()).isEqualTo(200);
    assertThat(gate.maps()).isOne();
    lines.end(null);
    assertThat(stream.isEnded()).isTrue();
    assertThat(gate.maps()).isZero();
  }

  @RepeatedTest(50)
  void keepsTheOrderOrNotHoweverTheyArrive() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    boolean unordered = random.nextBoolean();
    int count = random.nextInt(300);
    begin("chunk=" + random.nextInt(20) + "&unordered=" + unordered, stream);
    for (int i = 0; i < count; i++) {
      lines.arrive(Integer.toString(i));
      if (random.nextInt(10) == 0 && !lane.waiting.isEmpty()) {
        lane.run(random.nextInt(lane.waiting.size()));
      }
    }
    lines.end(null);
    lane.runAll(random);
    List<Integer> results = outcomes().stream().map(line -> line.get("result").asInt()).toList();
    List<Integer> all = IntStream.range(0, count).boxed().toList();
    if (unordered) {
      assertThat(results).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(all);
    } else {
      assertThat(results).as("seed %d", seed).isEqualTo(all);
    }
    assertThat(stream.isEnded()).isTrue();
    assertThat(lines.held).isZero();
  }

  @Test
  void reportsALineThatIsNotValidInItsPlaceAndGoesOn() {
    begin("", stream);
    lines.arrive("1", "tru", "{\"n\":2}", "\"x\"", "3");
    lines.end(null);
    lane.runAll(new Random());
    assertThat(summary()).containsExactly("1", "malformed-json", "2", "parameter-wrong-type", "3");
  }

  @Test
  void aBodyThatBreaksOffIsReportedInThePlaceOfTheNextElement() {
    begin("", stream);
    lines.arrive("1", "2");
    lines.end(TOO_LATE);
    assertThat(stream.isEnded()).isFalse();
    lane.runAll(new Random());
    assertThat(summary()).containsExactly("1", "2", "request-timeout");
    assertThat(outcomes().getLast().get("index").asInt()).isEqualTo(2);
    assertThat(stream.isEnded()).isTrue();
    assertThat(gate.maps()).isZero();
  }

  @Test
  void aBodyThatBreaksOffBeforeTheFirstElementIsRefused() {
    FakeExchange exchange = begin("", stream);
    lines.end(TOO_LATE);
    assertThat(exchange.status()).isEqualTo(408);
    assertThat(exchange.problem()).isEqualTo("request-timeout");
    assertThat(gate.maps()).isZero();
  }

  @Test
  void aBodyWithoutElementsHasNoOutcomes() {
    begin("", stream);
    lines.end(null);
    assertThat(outcomes()).isEmpty();
    assertThat(stream.isEnded()).isTrue();
  }

  @Test
  void aLaneThatIsFullWhenTheFirstElementComesRefusesAll() {
    FakeExchange exchange = begin("", stream);
    lane.room = 0;
    lines.arrive("1");
    assertThat(exchange.status()).isEqualTo(503);
    assertThat(exchange.problem()).isEqualTo("compute-queue-full");
    assertThat(gate.maps()).isZero();
  }

  @Test
  void takesNoMoreThanTheClientReads() {
    FakeStream slow = new FakeStream(0);
    begin("chunk=1", slow);
    for (int i = 0; i < 100; i++) {
      lines.arrive(Integer.toString(i));
    }
    lane.runAll(new Random());
    assertThat(lines.taken).isEqualTo(WINDOW);
    slow.makeRoom(1);
    lane.runAll(new Random());
    assertThat(lines.taken).isEqualTo(WINDOW + 1);
    lines.end(null);
    slow.makeRoom(1000);
    lane.runAll(new Random());
    assertThat(slow.text().lines()).hasSize(100);
    assertThat(slow.isEnded()).isTrue();
  }

  @Test
  void aPoolThatIsClosedFinishesItAndOneThatIsTerminatedEndsIt() {
    begin("chunk=1", stream);
    lines.arrive("1");
    gate.use(PoolState.CLOSED);
    lane.runAll(new Random());
    lines.arrive("2");
    lane.runAll(new Random());
    assertThat(summary()).containsExactly("1", "2");
    lines.arrive("3", "4");
    gate.use(PoolState.TERMINATED);
    assertThat(stream.isEnded()).isFalse();
    lane.runAll(new Random());
    assertThat(summary()).containsExactly("1", "2", "3", "4", "worker-stopping");
    assertThat(stream.isEnded()).isTrue();
    assertThat(gate.maps()).isZero();
  }

  @Test
  void aPoolThatIsTerminatedWaitsForNoElement() {
    FakeExchange none = begin("", stream);
    gate.use(PoolState.TERMINATED);
    assertThat(none.status()).isEqualTo(503);
    assertThat(none.problem()).isEqualTo("worker-stopping");
    assertThat(gate.maps()).isZero();
  }

  @Test
  void whatALaneThatStopsDoesNotTakeIsTheLast() {
    begin("chunk=1", stream);
    lines.arrive("1");
    lane.runAll(new Random());
    lane.room = 0;
    lane.refusal = Submission.Cause.STOPPING;
    lines.arrive("2", "3");
    assertThat(summary()).containsExactly("1", "worker-stopping", "worker-stopping");
    assertThat(stream.isEnded()).isTrue();
    assertThat(lines.held).as("but for what nobody has taken").isOne();
  }

  @Test
  void aClientThatIsGoneCancelsWhatIsUnderWay() {
    FakeExchange exchange = begin("chunk=1", stream);
    lines.arrive("1");
    lines.arrive("2");
    assertThat(lane.waiting).hasSize(2);
    exchange.hangUp();
    assertThat(lane.cancelled).isEqualTo(2);
    lines.arrive("3");
    assertThat(lane.submitted).isEqualTo(2);
    assertThat(gate.maps()).isZero();
  }

  @Test
  void aClientThatIsGoneBeforeTheFirstElementEndsIt() {
    FakeExchange exchange = begin("", stream);
    exchange.hangUp();
    lines.arrive("1");
    assertThat(lane.submitted).isZero();
    assertThat(exchange.isAnswered()).isFalse();
    assertThat(gate.maps()).isZero();
  }

  @Test
  void whatALaneDoesNotTakeForNowIsOfferedAgain() {
    lane.room = 1;
    begin("chunk=1", stream);
    for (int i = 0; i < 10; i++) {
      lines.arrive(Integer.toString(i));
    }
    lines.end(null);
    lane.refusal = Submission.Cause.QUEUE_FULL;
    lane.runAll(new Random());
    assertThat(summary()).isEqualTo(IntStream.range(0, 10).mapToObj(Integer::toString).toList());
    assertThat(stream.isEnded()).isTrue();
    assertThat(timers).isEmpty();
  }

  private FakeExchange begin(String query, FakeStream out) {
    FakeExchange exchange =
        new FakeExchange(
            new FakeRequest(query, "application/x-ndjson", null, new byte[0]), lines, out);
    ComputeFunction count = new Count();
    new MapRoutes(
            new Catalogue(List.of(count)),
            lane::submit,
            (action, _) -> timers.add(action),
            WORKERS,
            gate,
            PoisonGuard.none())
        .routes()
        .getFirst()
        .handler()
        .handle(exchange);
    return exchange;
  }

  private List<JsonNode> outcomes() {
    return stream.text().lines().map(JSON::readTree).toList();
  }

  private List<String> summary() {
    return outcomes().stream()
        .map(
            one ->
                one.has("result")
                    ? one.get("result").toString()
                    : one.get("error").get("type").asString().substring("/problems/".length()))
        .toList();
  }
}
