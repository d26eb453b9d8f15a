package dev.percore.master.jobs;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A store that outlives its book, and does all at once.
final class MemoryStore implements JobStore {
  final Map<String, Job> jobs = new LinkedHashMap<>();
  private final Map<String, byte[]> requests = new LinkedHashMap<>();
  private final Map<String, byte[]> answers = new LinkedHashMap<>();
  int ends;
  @Nullable RuntimeException failure;

  private <T> CompletionStage<T> result(T value) {
    RuntimeException lost = failure;
    return lost == null
        ? CompletableFuture.completedFuture(value)
        : CompletableFuture.failedFuture(lost);
  }

  private CompletionStage<Void> done() {
    return result(true).thenAccept(_ -> {});
  }

  @Override
  public CompletionStage<List<Job>> open() {
    return result(List.copyOf(jobs.values()));
  }

  @Override
  public CompletionStage<Void> add(Job job, byte[] request) {
    jobs.put(job.id(), job);
    requests.put(job.id(), request);
    return done();
  }

  @Override
  public CompletionStage<Void> update(Job job) {
    jobs.put(job.id(), job);
    return done();
  }

  @Override
  public CompletionStage<Void> end(Job job, byte[] answer) {
    ends++;
    jobs.put(job.id(), job);
    answers.put(job.id(), answer);
    return done();
  }

  @Override
  public CompletionStage<byte[]> request(String id) {
    return result(requests.getOrDefault(id, new byte[0]));
  }

  @Override
  public CompletionStage<byte[]> answer(String id) {
    return result(answers.getOrDefault(id, new byte[0]));
  }

  @Override
  public CompletionStage<Void> remove(Collection<String> ids) {
    jobs.keySet().removeAll(ids);
    return done();
  }

  @Override
  public void close() {}
}
