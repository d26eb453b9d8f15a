package dev.percore.master.jobs;

import dev.percore.master.webhook.Outcome;

/// Told what happens to jobs, for the metrics. On the master's event loop.
public interface JobFigures {
  /// Nobody counts.
  JobFigures NONE =
      new JobFigures() {
        @Override
        public void started() {}

        @Override
        public void died() {}

        @Override
        public void ended(Job job) {}

        @Override
        public void attempted(Outcome outcome) {}

        @Override
        public void gaveUp() {}
      };

  /// A function of a job was begun.
  void started();

  /// A worker died that ran a job.
  void died();

  /// A job has ended.
  void ended(Job job);

  /// An attempt was made to deliver the end of a job.
  void attempted(Outcome outcome);

  /// The end of a job is not delivered.
  void gaveUp();
}
