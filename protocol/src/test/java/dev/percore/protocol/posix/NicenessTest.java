package dev.percore.protocol.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// Nice values of threads by their names, upwards only: to go back takes a right.
final class NicenessTest {
  private static final int ROUNDS = 300;

  /// That end in a round while threads are looked for. Few of them do so just when it matters.
  private static final int ENDING = 40;

  private static final int CHANGES = 15;

  @Test
  void findsAThreadWhileOthersEnd() throws Exception {
    int nice = Niceness.ofCallingThread();
    assumeThat(nice + CHANGES).isLessThanOrEqualTo(19);
    for (int round = 0; round < ROUNDS; round++) {
      List<CountDownLatch> ends = new ArrayList<>();
      for (int i = 0; i < ENDING; i++) {
        var end = new CountDownLatch(1);
        startWaiting("ending-" + i, new CountDownLatch(1), end);
        ends.add(end);
      }
      var started = new CountDownLatch(1);
      var over = new CountDownLatch(1);
      Thread staying = startWaiting("staying", started, over);
      started.await();

      Thread ending = Thread.ofPlatform().start(() -> ends.forEach(CountDownLatch::countDown));
      for (int change = 0; change < CHANGES; change++) {
        assertThat(Niceness.change(nice + change, nice + change + 1, "staying"::equals))
            .as("round %d, change %d", round, change)
            .isEqualTo(1);
      }
      over.countDown();
      staying.join();
      ending.join();
    }
  }

  private static Thread startWaiting(String name, CountDownLatch started, CountDownLatch end) {
    return Thread.ofPlatform()
        .name(name)
        .daemon()
        .start(
            () -> {
              started.countDown();
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }
}
