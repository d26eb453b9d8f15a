package dev.percore.master.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What every [JobStore] promises.
abstract class JobStoreContract {

  /// A store over the same place each time; not open.
  abstract JobStore store();

  /// What a crash of the machine would leave of the place, as a store; not open.
  abstract JobStore afterCrash() throws Exception;

  @Test
  void whatWasAddedIsThereAfterACrash() throws Exception {
    try (JobStore store = store()) {
      assertThat(done(store.open())).isEmpty();
      done(store.add(job("a", 1), bytes("first")));
      done(store.add(job("b", 2), bytes("second")));

      try (JobStore next = afterCrash()) {
        assertThat(done(next.open())).containsExactly(job("a", 1), job("b", 2));
        assertThat(done(next.request("b"))).isEqualTo(bytes("second"));
      }
    }
  }

  @Test
  void theEndOfAJobIsThereAfterACrashAndItsRequestIsGone() throws Exception {
    try (JobStore store = store()) {
      done(store.open());
      done(store.add(job("a", 1), bytes("question")));
      Job started = job("a", 1).started(5);
      done(store.update(started));
      Job ended = started.ended(JobState.SUCCEEDED, new Job.End(9, 200, "text/plain", 6));
      done(store.end(ended, bytes("answer")));
      assertThat(ended.delivery().isPending()).isTrue();
      Job tried = ended.with(ended.delivery().again(20, "status 500"));
      done(store.update(tried));

      try (JobStore next = afterCrash()) {
        assertThat(done(next.open())).containsExactly(tried);
        assertThat(done(next.answer("a"))).isEqualTo(bytes("answer"));
        assertThat(done(next.request("a"))).isEmpty();
      }
    }
  }

  @Test
  void jobsComeInTheOrderOfTheirSequenceAndRemovedOnesDoNot() throws Exception {
    try (JobStore store = store()) {
      done(store.open());
      for (int i = 100; i > 0; i--) {
        done(store.add(job("id" + i, i), bytes("r" + i)));
      }
      done(store.remove(List.of("id3", "id4", "unknown")));
    }
    try (JobStore next = store()) {
      assertThat(done(next.open()))
          .hasSize(98)
          .extracting(Job::sequence)
          .isSorted()
          .doesNotContain(3L, 4L);
      assertThat(done(next.request("id3"))).isEmpty();
    }
  }

  @Test
  void aSecondMasterWaitsUntilTheFirstHasClosedIt() throws Exception {
    JobStore first = store();
    done(first.open());
    done(first.add(job("a", 1), bytes("r")));
    try (JobStore second = store()) {
      CompletableFuture<List<Job>> opened = second.open().toCompletableFuture();
      CompletionStage<Void> last = first.add(job("b", 2), bytes("r"));
      assertThat(opened).isNotDone();
      first.close();
      assertThat(last.toCompletableFuture()).isCompleted();
      assertThat(done(opened)).hasSize(2);
    }
  }

  @Test
  void changesAfterTheCloseFail() throws Exception {
    JobStore store = store();
    done(store.open());
    store.close();
    assertThatThrownBy(() -> done(store.add(job("a", 1), bytes("r"))))
        .hasMessageContaining("closed");
  }

  @Test
  void manyAtATimeAreAllStored() throws Exception {
    try (JobStore store = store()) {
      done(store.open());
      List<CompletableFuture<Void>> all = new ArrayList<>();
      long begun = System.nanoTime();
      for (int i = 0; i < 5000; i++) {
        all.add(store.add(job("id" + i, i), new byte[200]).toCompletableFuture());
      }
      done(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)));
      System.out.printf("%d jobs/s%n", 5000 * 1_000_000_000L / (System.nanoTime() - begun));
    }
    try (JobStore next = store()) {
      assertThat(done(next.open())).hasSize(5000);
    }
  }

  static Job job(String id, long sequence) {
    var call = new Job.Call("count", "POST", "n=ü", "application/json", true);
    var callbacks = sequence % 2 == 0 ? Callbacks.NONE : new Callbacks("https://a/", "https://b/");
    var order = new Job.Order(call, "key" + id, "print", callbacks);
    return Job.queued(new Job.Origin(id, sequence, order, 1000, 10));
  }

  static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  static <T> T done(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
