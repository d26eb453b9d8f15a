package dev.percore.master.jobs;

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
      };

  /// A function of a job was begun.
  void started();

  /// A worker died that ran a job.
  void died();

  /// A job has ended.
  void ended(Job job);
}
