package dev.percore.master.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The store in one file, by H2's MVStore: a log-structured B-tree whose chunks carry checksums, so
/// that a write that was cut off is not there when it is opened again.
///
/// One thread does all the work. It takes every change that has come while it wrote the last ones
/// and makes them durable with one sync: the more come at a time, the less each of them costs.
public final class MvJobStore implements JobStore {
  private static final Logger log = LoggerFactory.getLogger(MvJobStore.class);

  /// How often it looks whether another master has let go of the file.
  private static final Duration LOCK_INTERVAL = Duration.ofMillis(50);

  /// How often space is given back that removed jobs took, and how long that may take.
  private static final Duration COMPACT_INTERVAL = Duration.ofSeconds(20);

  private static final int COMPACT_MILLIS = 20;
  private static final int CACHE_MEGABYTES = 8;

  private final Path folder;
  private final LongConsumer commitNanos;
  private final BlockingQueue<Order<?>> orders = new LinkedBlockingQueue<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private final CompletableFuture<List<Job>> opened = new CompletableFuture<>();

  /// The maps of the file.
  private record Maps(
      MVStore store,
      MVMap<String, byte[]> jobs,
      MVMap<String, byte[]> requests,
      MVMap<String, byte[]> answers) {}

  /// What is done with them.
  @FunctionalInterface
  private interface Work<T> {
    T apply(Maps maps);
  }

  /// Work that somebody waits for.
  private static final class Order<T> {
    private final Work<T> work;
    private final boolean writes;
    private final CompletableFuture<T> done = new CompletableFuture<>();
    private @Nullable Runnable completion;

    Order(Work<T> work, boolean writes) {
      this.work = work;
      this.writes = writes;
    }

    void apply(Maps maps) {
      T result = work.apply(maps);
      completion = () -> done.complete(result);
    }

    void complete() {
      if (completion != null) {
        completion.run();
      }
    }
  }

  /// @param folder made if need be, for its owner alone
  /// @param commitNanos told on the store's thread how long each commit has taken
  public MvJobStore(Path folder, LongConsumer commitNanos) {
    this.folder = folder;
    this.commitNanos = commitNanos;
    this.thread = Thread.ofPlatform().name("jobs").daemon().unstarted(this::live);
  }

  @Override
  public CompletionStage<List<Job>> open() {
    thread.start();
    return opened;
  }

  @Override
  public CompletionStage<Void> add(Job job, byte[] request) {
    return write(
        maps -> {
          maps.jobs().put(job.id(), JobCodec.encode(job));
          maps.requests().put(job.id(), request);
        });
  }

  @Override
  public CompletionStage<Void> update(Job job) {
    return write(maps -> maps.jobs().put(job.id(), JobCodec.encode(job)));
  }

  @Override
  public CompletionStage<Void> end(Job job, byte[] answer) {
    return write(
        maps -> {
          maps.jobs().put(job.id(), JobCodec.encode(job));
          maps.answers().put(job.id(), answer);
          maps.requests().remove(job.id());
        });
  }

  @Override
  public CompletionStage<byte[]> request(String id) {
    return read(maps -> found(maps.requests().get(id)));
  }

  @Override
  public CompletionStage<byte[]> answer(String id) {
    return read(maps -> found(maps.answers().get(id)));
  }

  @Override
  public CompletionStage<Void> remove(Collection<String> ids) {
    List<String> gone = List.copyOf(ids);
    return write(
        maps -> {
          for (String id : gone) {
            maps.jobs().remove(id);
            maps.requests().remove(id);
            maps.answers().remove(id);
          }
        });
  }

  @Override
  public void close() {
    closing.countDown();
    // Wakes the thread, which looks at the latch.
    orders.add(new Order<>(_ -> true, false));
    try {
      if (thread.isAlive()) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    failLeft(new IllegalStateException("the store of jobs is closed"));
  }

  private static byte[] found(byte @Nullable [] bytes) {
    return bytes == null ? new byte[0] : bytes;
  }

  private CompletionStage<Void> write(java.util.function.Consumer<Maps> change) {
    return order(
            new Order<>(
                maps -> {
                  change.accept(maps);
                  return true;
                },
                true))
        .thenAccept(_ -> {});
  }

  private <T> CompletionStage<T> read(Work<T> work) {
    return order(new Order<>(work, false));
  }

  private <T> CompletionStage<T> order(Order<T> order) {
    if (closing.getCount() == 0) {
      order.done.completeExceptionally(new IllegalStateException("the store of jobs is closed"));
    } else {
      orders.add(order);
    }
    return order.done;
  }

  private void live() {
    try {
      Maps maps = openFile();
      if (maps == null) {
        opened.completeExceptionally(new IllegalStateException("closed before it was open"));
        return;
      }
      try {
        opened.complete(all(maps));
        serve(maps);
      } finally {
        maps.store().close(0);
      }
    } catch (IOException | RuntimeException failure) {
      if (!opened.completeExceptionally(failure)) {
        log.error("the store of jobs in {} is lost to this master", folder, failure);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closing.countDown();
      failLeft(new IllegalStateException("the store of jobs is closed"));
    }
  }

  private void failLeft(RuntimeException reason) {
    for (Order<?> left = orders.poll(); left != null; left = orders.poll()) {
      left.done.completeExceptionally(reason);
    }
  }

  private @Nullable Maps openFile() throws IOException, InterruptedException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Path file = folder.resolve("jobs.mv");
    do {
      try {
        MVStore store =
            new MVStore.Builder()
                .fileName(file.toString())
                .autoCommitDisabled()
                .cacheSize(CACHE_MEGABYTES)
                .open();
        store.setVersionsToKeep(0);
        return new Maps(
            store, store.openMap("jobs"), store.openMap("requests"), store.openMap("answers"));
      } catch (MVStoreException refused) {
        if (refused.getErrorCode() != DataUtils.ERROR_FILE_LOCKED) {
          throw new IOException(
              "%s cannot be read (%s); move it away to start with an empty store"
                  .formatted(file, refused.getMessage()),
              refused);
        }
        log.debug("another master has {} open", file);
      }
    } while (!closing.await(LOCK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
    return null;
  }

  private static List<Job> all(Maps maps) throws IOException {
    List<Job> jobs = new ArrayList<>();
    for (String id : maps.jobs().keySet()) {
      byte[] bytes = maps.jobs().get(id);
      if (bytes != null) {
        jobs.add(JobCodec.decode(bytes));
      }
    }
    jobs.sort(Comparator.comparingLong(Job::sequence));
    return jobs;
  }

  private void serve(Maps maps) throws InterruptedException {
    long compacted = System.nanoTime();
    List<Order<?>> batch = new ArrayList<>();
    while (closing.getCount() > 0 || !orders.isEmpty()) {
      Order<?> first = orders.poll(COMPACT_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
      if (first != null) {
        batch.add(first);
        orders.drainTo(batch);
        serve(maps, batch);
        batch.clear();
      }
      if (System.nanoTime() - compacted > COMPACT_INTERVAL.toNanos()) {
        maps.store().compactFile(COMPACT_MILLIS);
        compacted = System.nanoTime();
      }
    }
  }

  private void serve(Maps maps, List<Order<?>> batch) {
    try {
      batch.forEach(order -> order.apply(maps));
      if (batch.stream().anyMatch(order -> order.writes)) {
        long begun = System.nanoTime();
        maps.store().commit();
        maps.store().sync();
        commitNanos.accept(System.nanoTime() - begun);
      }
    } catch (RuntimeException failure) {
      batch.forEach(order -> order.done.completeExceptionally(failure));
      throw failure;
    }
    batch.forEach(Order::complete);
  }
}
