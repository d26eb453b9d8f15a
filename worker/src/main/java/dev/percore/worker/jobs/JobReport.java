package dev.percore.worker.jobs;

import dev.percore.protocol.ControlMessage.JobEnded;
import dev.percore.protocol.ControlMessage.JobProgress;
import dev.percore.protocol.ControlMessage.JobReturned;
import dev.percore.protocol.ControlMessage.JobStarted;
import dev.percore.protocol.ControlMessage.ToMaster;
import dev.percore.worker.api.Body;
import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.Reply;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// What the master is told of one job. Thread-safe; the first end counts.
final class JobReport implements Reply {
  private static final long PROGRESS_INTERVAL_NANOS = 100_000_000;

  private final long run;
  private final Consumer<ToMaster> master;
  private final Consumer<ToMaster> masterForSure;
  private final Runnable whenOver;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile long lastProgressNanos;

  /// @param masterForSure returns when the message is on its way, whatever happens to this process
  /// @param whenOver run on any thread when the job has left this worker
  JobReport(
      long run, Consumer<ToMaster> master, Consumer<ToMaster> masterForSure, Runnable whenOver) {
    this.run = run;
    this.master = master;
    this.masterForSure = masterForSure;
    this.whenOver = whenOver;
    this.lastProgressNanos = System.nanoTime() - PROGRESS_INTERVAL_NANOS;
  }

  /// The function begins: should it take this process with it, the master knows what it was.
  void started() {
    masterForSure.accept(new JobStarted(run));
  }

  /// How far it is; more often than ten times a second is not told.
  void progress(double fraction) {
    long now = System.nanoTime();
    if (now - lastProgressNanos >= PROGRESS_INTERVAL_NANOS && !over.get()) {
      lastProgressNanos = now;
      master.accept(new JobProgress(run, fraction));
    }
  }

  /// It was not run, or not to its end.
  void returned() {
    tellOnce(new JobReturned(run));
  }

  @Override
  public void respond(Response response) {
    String contentType =
        response.headers().stream()
            .filter(header -> header.name().equalsIgnoreCase("Content-Type"))
            .map(Response.Header::value)
            .findFirst()
            .orElse("");
    byte[] bytes = response.body() instanceof Body.Bytes(byte[] all) ? all : new byte[0];
    if (bytes.length > JobClient.CONTENT_LENGTH_MAXIMUM) {
      respond(
          new Problem(
              500,
              "result-too-large",
              "Result too large",
              "The result has %d bytes, and cannot be stored.".formatted(bytes.length),
              Map.of("value", bytes.length)));
    } else {
      tellOnce(new JobEnded(run, response.status(), contentType, bytes));
    }
  }

  private void tellOnce(ToMaster message) {
    if (over.compareAndSet(false, true)) {
      master.accept(message);
      whenOver.run();
    }
  }
}
