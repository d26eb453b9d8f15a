package dev.percore.worker.calc.map;

import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.compute.ComputeTask;
import dev.percore.worker.compute.Submission;
import dev.percore.worker.compute.TaskMeter;
import dev.percore.worker.handoff.Calls;
import dev.percore.worker.handoff.PortableTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A lane whose tasks run when the test says so. For one thread.
final class FakeLane implements Surroundings.Lane {
  final List<ComputeTask> waiting = new ArrayList<>();
  int room = Integer.MAX_VALUE;
  Submission.Cause refusal = Submission.Cause.QUEUE_FULL;
  int submitted;
  int cancelled;
  private @Nullable ComputeTask running;

  @Override
  public Submission submit(ComputeTask task) {
    if (waiting.size() >= room) {
      return new Submission.Refused(refusal, waiting.size(), Duration.ofSeconds(3));
    }
    submitted++;
    waiting.add(task);
    return new Submission.Accepted(
        () -> {
          if (waiting.remove(task)) {
            cancelled++;
            task.abandoned(ComputeTask.Abandonment.CLIENT_GONE);
          }
        });
  }

  /// The deadline of the task that runs has passed.
  void expireRunning() {
    Objects.requireNonNull(running, "no task runs").abandoned(ComputeTask.Abandonment.EXPIRED);
  }

  /// Runs the task of that place.
  void run(int place) {
    ComputeTask task = waiting.remove(place);
    running = task;
    try {
      task.run(ComputeContext.UNDISTURBED, Duration.ZERO, new TaskMeter());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// Has the task of that place run as a sibling would.
  void runElsewhere(int place, Calls sibling) {
    PortableTask task = (PortableTask) waiting.remove(place);
    running = sibling.task(task.call(), task::respond).orElseThrow();
    try {
      running.run(ComputeContext.UNDISTURBED, Duration.ZERO, new TaskMeter());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// Runs all, also those that are submitted meanwhile, in any order, here or at a sibling.
  void runAll(Random random, Calls sibling) {
    while (!waiting.isEmpty()) {
      int place = random.nextInt(waiting.size());
      if (random.nextBoolean()) {
        runElsewhere(place, sibling);
      } else {
        run(place);
      }
    }
  }

  /// Runs all, also those that are submitted meanwhile, in any order.
  void runAll(Random random) {
    while (!waiting.isEmpty()) {
      run(random.nextInt(waiting.size()));
    }
  }
}
