package dev.percore.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.http.parse.MemoryBudget;
import dev.percore.worker.http.parse.RequestRejectedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class IncomingLinesTest {
  private static final int LIMIT = 100;

  private final AtomicInteger woken = new AtomicInteger();
  private final MemoryBudget budget = new MemoryBudget(1000);
  private final IncomingLines lines =
      new IncomingLines(budget, LIMIT, () -> woken.incrementAndGet());

  @RepeatedTest(200)
  void cutsTheSameLinesHoweverTheyArrive() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    StringBuilder body = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int i = random.nextInt(20); i > 0; i--) {
      String line =
          random.nextBoolean()
              ? "x\t \r ".repeat(3).substring(random.nextInt(15))
              : "y".repeat(random.nextInt(LIMIT + 1));
      boolean last = i == 1 && random.nextBoolean();
      body.append(line).append(last ? "" : "\n");
      if (!line.isBlank()) {
        expected.add(line);
      }
    }
    List<String> found = new ArrayList<>();
    for (int sent = 0; sent < body.length(); ) {
      int next = Math.min(body.length(), sent + 1 + random.nextInt(random.nextBoolean() ? 3 : 90));
      append(body.substring(sent, next));
      sent = next;
      if (random.nextBoolean()) {
        takeAll(found);
      }
    }
    lines.end(null);
    takeAll(found);
    assertThat(found).as("seed %d", seed).isEqualTo(expected);
    assertThat(lines.isOver()).isTrue();
    assertThat(lines.problem()).isNull();
    lines.settle();
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void hasRoomUntilMoreIsHeldThanMayBeAndAgainWhenEnoughIsGivenBack() throws Exception {
    append("a".repeat(LIMIT - 1) + "\n");
    assertThat(lines.hasRoom()).isTrue();
    append("b\n");
    assertThat(lines.hasRoom()).isFalse();
    assertThat(lines.isFull()).isTrue();
    byte[] first = Objects.requireNonNull(lines.next());
    assertThat(woken).hasValue(0);
    lines.release(first.length);
    assertThat(woken).hasValue(1);
    assertThat(lines.isFull()).isFalse();
    assertThat(lines.hasRoom()).isTrue();
  }

  @Test
  void manySmallPiecesCostLittleMoreThanOneLargeOne() throws Exception {
    for (int i = 0; i < LIMIT; i++) {
      append("x");
    }
    append("\n");
    assertThat(lines.pieces()).as("arrays for small pieces").isEqualTo(2);
    assertThat(text(lines.next())).isEqualTo("x".repeat(LIMIT));
    assertThat(lines.pieces()).isZero();
  }

  @Test
  void takesALineAsLongAsMayBeAndNoneThatIsLonger() throws Exception {
    String longest = "c".repeat(LIMIT);
    append("ab\n" + longest);
    assertThat(text(lines.next())).isEqualTo("ab");
    assertThat(lines.next()).isNull();
    append("\n" + longest + "c");
    assertThat(text(lines.next())).isEqualTo(longest);
    assertThat(lines.isOver()).isFalse();
    assertThat(lines.next()).isNull();
    assertThat(lines.isOver()).isTrue();
    assertThat(Objects.requireNonNull(lines.problem()).status()).isEqualTo(413);
    assertThat(lines.hasRoom()).as("more is of no use").isFalse();
    lines.release(LIMIT + 2);
    lines.settle();
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void aLineThatBreaksOffIsNone() throws Exception {
    append("a\nbroken");
    lines.end(Refusals.REQUEST_TIMEOUT);
    assertThat(text(lines.next())).isEqualTo("a");
    assertThat(lines.next()).isNull();
    assertThat(lines.isOver()).isTrue();
    assertThat(lines.problem()).isEqualTo(Refusals.REQUEST_TIMEOUT);
  }

  @Test
  void isIdleWhileTheTakerHasNothingAndWaits() throws Exception {
    assertThat(lines.isIdle()).as("nobody waits").isFalse();
    lines.onMore(() -> {});
    assertThat(woken).hasValue(1);
    assertThat(lines.isIdle()).isTrue();
    append("1\nha");
    assertThat(lines.isIdle()).isFalse();
    AtomicInteger told = new AtomicInteger();
    lines.onMore(told::incrementAndGet);
    lines.tell();
    lines.tell();
    assertThat(told).hasValue(1);
    byte[] line = Objects.requireNonNull(lines.next());
    assertThat(lines.next()).isNull();
    lines.onMore(() -> {});
    assertThat(lines.isIdle()).as("the taker has one").isFalse();
    lines.release(line.length);
    assertThat(lines.isIdle()).isTrue();
    assertThat(lines.takeAdvanced()).isTrue();
    append("lf");
    assertThat(lines.next()).isNull();
    assertThat(lines.takeAdvanced()).as("half a line is none").isFalse();
  }

  @Test
  void givesAllBackWhenItIsClosed() throws Exception {
    AtomicInteger told = new AtomicInteger();
    append("1\n2\n3");
    byte[] line = Objects.requireNonNull(lines.next());
    lines.onMore(told::incrementAndGet);
    lines.close();
    assertThat(budget.heldBytes()).isZero();
    lines.release(line.length);
    lines.settle();
    lines.tell();
    assertThat(budget.heldBytes()).isZero();
    assertThat(told).hasValue(0);
    assertThat(lines.next()).isNull();
    assertThat(lines.isOver()).isTrue();
    assertThat(lines.hasRoom()).isFalse();
  }

  private void takeAll(List<String> found) {
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      found.add(text(line));
      lines.release(line.length);
    }
  }

  private void append(String text) throws RequestRejectedException {
    byte[] bytes = ("##" + text + "##").getBytes(StandardCharsets.US_ASCII);
    lines.append(bytes, 2, text.length());
    lines.settle();
  }

  private static String text(byte @Nullable [] line) {
    return new String(Objects.requireNonNull(line), StandardCharsets.US_ASCII);
  }
}
