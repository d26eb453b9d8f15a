package dev.percore.protocol.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/// A table's rate against a leaky bucket, as `limit_req` of nginx describes it.
class PacePropertyTest {
  private static final int CLIENTS = 3;

  /// A request, so long after the one before.
  record Arrival(int client, long pauseTicks) {}

  /// The bucket: each request adds an interval, and one tick leaks away in each tick.
  private static final class LeakyBucket {
    private long level;
    private long lastTicks;

    /// How long to wait; 0 if the request fits.
    long take(Pace pace, long nowTicks) {
      level = Math.max(0, level - (nowTicks - lastTicks));
      lastTicks = nowTicks;
      if (level > pace.toleranceTicks()) {
        return level - pace.toleranceTicks();
      }
      level += pace.intervalTicks();
      return 0;
    }
  }

  @Property
  void letsThroughWhatALeakyBucketDoes(
      @ForAll @IntRange(min = 1, max = 99_999) int requests,
      @ForAll @IntRange(max = 10) int burst,
      @ForAll("arrivals") List<Arrival> arrivals) {
    Pace pace = Pace.of(requests, Duration.ofSeconds(1), burst);
    LimitTable table = LimitTable.inMemory(64, 1);
    LeakyBucket[] buckets = new LeakyBucket[CLIENTS];
    Arrays.setAll(buckets, _ -> new LeakyBucket());
    long startNanos = System.nanoTime();
    long nowTicks = 0;

    for (Arrival arrival : arrivals) {
      // Scaled, so that pauses are about as long as the intervals.
      nowTicks += arrival.pauseTicks() * pace.intervalTicks() / 100;
      long waitTicks = buckets[arrival.client()].take(pace, nowTicks);

      assertThat(
              table.take(
                  table.key(new byte[] {(byte) arrival.client()}),
                  pace,
                  startNanos + nowTicks * Pace.NANOS_PER_TICK))
          .isEqualTo(waitTicks * Pace.NANOS_PER_TICK);
    }
  }

  @Provide
  Arbitrary<List<Arrival>> arrivals() {
    Arbitrary<Long> pauses =
        Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.just(0L)),
            Tuple.of(3, Arbitraries.longs().between(0, 200)),
            Tuple.of(1, Arbitraries.longs().between(200, 100_000)));
    return Combinators.combine(Arbitraries.integers().between(0, CLIENTS - 1), pauses)
        .as(Arrival::new)
        .list()
        .ofMaxSize(200);
  }
}
