package dev.percore.protocol.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaneBoardTest {
  @TempDir private Path folder;

  @Test
  void oneProcessSeesWhatAnotherPublishes() throws Exception {
    LaneBoard mine = LaneBoard.create(folder.resolve("board"), 3);
    LaneBoard theirs = LaneBoard.open(folder.resolve("board"));
    mine.occupy(2, 4711);
    assertThat(theirs.rows()).isEqualTo(3);
    assertThat(theirs.rowOf(4711)).isEqualTo(2);
    assertThat(theirs.rowOf(1)).isEqualTo(-1);
    assertThat(theirs.isIdle(2, 4711)).isFalse();

    mine.publish(2, true, false, 0, 0);
    assertThat(theirs.isIdle(2, 4711)).isTrue();
    assertThat(theirs.isIdle(2, 4712)).isFalse();

    mine.publish(2, true, true, 5, 77);
    assertThat(theirs.isIdle(2, 4711)).isFalse();
    assertThat(theirs.waiting(2, 4711)).isEqualTo(5);
    assertThat(theirs.waiting(2, 4712)).isZero();
    assertThat(theirs.waitingNanos(2)).isEqualTo(77);

    mine.clear(2);
    assertThat(theirs.rowOf(4711)).isEqualTo(-1);
  }

  @Test
  void aClaimHoldsUntilItIsGivenBackOrOld() {
    LaneBoard board = LaneBoard.inMemory(1);
    assertThat(board.claim(0, 1_000)).isTrue();
    assertThat(board.claim(0, 2_000)).isFalse();
    board.unclaim(0);
    assertThat(board.claim(0, 3_000)).isTrue();
    assertThat(board.claim(0, 60_000_000)).isTrue();
  }

  @Test
  void ofManyAtOnceOneHasTheClaim() throws Exception {
    LaneBoard board = LaneBoard.inMemory(2);
    for (int round = 0; round < 200; round++) {
      board.unclaim(1);
      CountDownLatch start = new CountDownLatch(1);
      AtomicInteger winners = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        start.await();
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                      winners.addAndGet(board.claim(1, 5_000) ? 1 : 0);
                    }));
      }
      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(winners).hasValue(1);
    }
  }

  @Test
  void otherFilesAreRefused() throws Exception {
    Path file = Files.write(folder.resolve("other"), new byte[256]);
    assertThatThrownBy(() -> LaneBoard.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no board of lanes");
  }
}
