package dev.percore.worker.calc;

import dev.percore.worker.compute.ComputeTask;
import dev.percore.worker.compute.Submission;
import dev.percore.worker.http.Reply;

/// A task for one client, who is answered with a problem if there is no result.
public interface AnsweringTask extends ComputeTask {

  /// Where the answer goes.
  Reply reply();

  @Override
  default void failed(Throwable cause) {
    reply().respond(CallProblems.failed(function()));
  }

  @Override
  default void displaced(Submission.Refused why) {
    reply().respond(CallProblems.displaced(why));
  }

  @Override
  default void abandoned(Abandonment why) {
    switch (why) {
      case EXPIRED -> reply().respond(CallProblems.expired(function()));
      case STOPPING -> reply().respond(CallProblems.stopping());
      case WORKER_DIED -> reply().respond(CallProblems.workerDied(function()));
      case CLIENT_GONE -> {
        // Nobody is left to be answered.
      }
    }
  }
}
