package dev.percore.protocol.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.protocol.shared.PoisonTable.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoisonTableTest {
  private static final Duration WINDOW = Duration.ofSeconds(100);
  private static final Duration REFUSE = Duration.ofSeconds(10);
  private static final long SECOND = 1_000_000_000;

  @TempDir private Path folder;
  private long now = Long.MAX_VALUE - SECOND; // nanoTime may wrap
  private PoisonTable table = PoisonTable.inMemory(3);

  @Test
  void theSecondDeathInARowMarksACall() {
    assertThat(die(table, 7).isMarked(now)).isFalse();
    assertThat(table.hasMarked()).isFalse();
    Entry second = die(table, 7);
    assertThat(second.deaths()).isEqualTo(2);
    assertThat(second.function()).isEqualTo("count");
    assertThat(second.isMarked(now)).isTrue();
    assertThat(table.hasMarked()).isTrue();
    assertThat(table.find(8)).isEmpty();

    now += REFUSE.toNanos();
    assertThat(table.find(7).orElseThrow().isMarked(now)).isFalse();
    table.expire(now, WINDOW);
    assertThat(table.hasMarked()).isFalse();
    assertThat(die(table, 7).isMarked(now)).as("the next is held together with those").isTrue();
    now += WINDOW.toNanos();
    table.expire(now, WINDOW);
    assertThat(table.entries()).isEmpty();
  }

  @Test
  void aDeathThatIsLongAgoDoesNotCount() {
    die(table, 7);
    now += WINDOW.toNanos();
    Entry second = die(table, 7);
    assertThat(second.deaths()).isOne();
    assertThat(table.hasMarked()).isFalse();
  }

  @Test
  void aCallThatComesToItsEndIsCleared() {
    die(table, 7);
    table.completed(8);
    table.completed(7);
    assertThat(die(table, 7).deaths()).isOne();

    die(table, 7);
    assertThat(table.hasMarked()).isTrue();
    table.completed(7); // began before it was marked
    table.expire(now, WINDOW);
    assertThat(table.entries()).isEmpty();
    assertThat(table.hasMarked()).isFalse();
  }

  @Test
  void deathsAtTheSameTimeAreOne() {
    var call = new RunningCall("count", 7, now, false);
    now += SECOND;
    assertThat(table.died(call, now, 2, WINDOW, REFUSE).deaths()).isOne();
    assertThat(table.died(call, now + 5, 2, WINDOW, REFUSE).deaths()).isOne();
    var secondTry = new RunningCall("count", 7, now, true);
    assertThat(table.died(secondTry, now + 5, 2, WINDOW, REFUSE).deaths()).isEqualTo(2);
  }

  @Test
  void aCallCanBeForgiven() {
    die(table, 7);
    die(table, 7);
    assertThat(table.forget(8)).isFalse();
    assertThat(table.forget(7)).isTrue();
    assertThat(table.hasMarked()).isFalse();
    assertThat(die(table, 7).deaths()).isOne();
  }

  @Test
  void refusalsAreCountedByAllProcesses() throws Exception {
    table = PoisonTable.create(folder.resolve("table"), 2);
    PoisonTable other = PoisonTable.open(folder.resolve("table"));
    die(table, 7);
    die(table, 7);
    assertThat(other.hasMarked()).isTrue();
    assertThat(other.refused(7)).isZero();
    assertThat(table.refused(7)).isOne();
    assertThat(other.find(7).orElseThrow().refusals()).isEqualTo(2);
    assertThat(other.fingerprint().text("a").value())
        .isEqualTo(table.fingerprint().text("a").value());
  }

  @Test
  void aRowTellsWhatItsProcessComputes() throws Exception {
    table = PoisonTable.create(folder.resolve("table"), 2);
    CallRow row = PoisonTable.open(folder.resolve("table")).row(1);
    assertThat(table.running(1)).isEmpty();
    row.begin("count", 7, 70, true);
    assertThat(table.running(1)).hasValue(new RunningCall("count", 7, 70, true));
    assertThat(table.running(0)).isEmpty();
    row.end();
    assertThat(table.running(1)).isEmpty();
    row.begin("x".repeat(100), 8, 80, false);
    assertThat(table.running(1)).hasValue(new RunningCall("x".repeat(64), 8, 80, false));
    row.begin("pi", 9, 90, false);
    assertThat(table.running(1)).hasValue(new RunningCall("pi", 9, 90, false));
    table.clear(1);
    assertThat(table.running(1)).isEmpty();
    assertThatThrownBy(() -> table.row(2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theCallOfTheEarliestDeathMakesWay() {
    List<Long> sameBucket = new ArrayList<>();
    for (long fingerprint = 1; sameBucket.size() <= PoisonLayout.WAYS; fingerprint++) {
      if (PoisonLayout.home(fingerprint) == 0) {
        sameBucket.add(fingerprint);
      }
    }
    for (long fingerprint : sameBucket) {
      die(table, fingerprint);
      die(table, fingerprint);
    }
    assertThat(table.entries())
        .extracting(Entry::fingerprint)
        .containsExactlyInAnyOrderElementsOf(sameBucket.subList(1, sameBucket.size()));
    assertThat(sameBucket.stream().filter(table::forget)).hasSize(PoisonLayout.WAYS);
    assertThat(table.hasMarked()).isFalse();
  }

  @Test
  void anotherTableTakesOverWhatIsKnown() throws Exception {
    die(table, 7);
    die(table, 7);
    die(table, 8);
    PoisonTable heir = PoisonTable.create(folder.resolve("heir"), 1, table, now);
    assertThat(heir.entries()).containsExactlyInAnyOrderElementsOf(table.entries());
    assertThat(heir.hasMarked()).isTrue();
    assertThat(heir.fingerprint().text("a").value())
        .isEqualTo(table.fingerprint().text("a").value());

    die(table, 8);
    die(heir, 9);
    heir.inherit(table, now);
    assertThat(heir.find(8).orElseThrow().isMarked(now)).isTrue();
    assertThat(heir.find(9)).isPresent();

    heir.inherit(PoisonTable.inMemory(1), now);
    assertThat(heir.entries()).hasSize(3);
    PoisonTable afterReboot =
        PoisonTable.create(folder.resolve("late"), 1, table, now - WINDOW.toNanos());
    assertThat(afterReboot.entries()).as("deaths of the future").isEmpty();
  }

  @Test
  void otherFilesAreRefused() throws Exception {
    Path file = Files.write(folder.resolve("other"), new byte[256]);
    assertThatThrownBy(() -> PoisonTable.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no table of poison");
  }

  // Each call begins after the death before.
  private Entry die(PoisonTable at, long fingerprint) {
    now += 1_000;
    return at.died(new RunningCall("count", fingerprint, now - 1, false), now, 2, WINDOW, REFUSE);
  }
}
