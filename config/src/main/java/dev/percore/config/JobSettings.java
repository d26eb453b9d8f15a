package dev.percore.config;

import static dev.percore.config.Declarations.GIB;
import static dev.percore.config.Declarations.KIB;
import static dev.percore.config.Declarations.MIB;
import static dev.percore.config.Declarations.span;
import static dev.percore.config.Declarations.whole;

import dev.percore.config.value.OptionalPath;
import dev.percore.config.value.SizeValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Calls that are accepted now and computed later.
final class JobSettings {
  static final Declarations DECLARED = new Declarations();

  static final Setting<Optional<Path>> DIR =
      DECLARED.add(
          new Setting<>(
              "jobs.dir",
              new OptionalPath(List.of(""), "`jobs` in `run_dir`"),
              "",
              "Folder of the store of jobs, which must outlive a restart: choose one on a disk"
                  + " where `run_dir` is emptied when the machine or the service starts.",
              true));
  static final Setting<Integer> QUEUE =
      DECLARED.add(
          new Setting<>(
              "jobs.queue",
              whole(1, 1_000_000),
              "10000",
              "Jobs that may wait or run; further ones get a 503. The master keeps a few words of"
                  + " each in a third of its heap, which has room for about 30,000, with those that"
                  + " have ended; `PERCORE_JAVA_OPTS=-Xmx1g` gives it more."));
  static final Setting<Integer> ATTEMPTS =
      DECLARED.add(
          new Setting<>(
              "jobs.attempts",
              whole(1, 100),
              "3",
              "Workers that may die while they run the same job; then it is given up."));
  static final Setting<Duration> KEEP =
      DECLARED.add(
          new Setting<>(
              "jobs.keep",
              span(Duration.ofSeconds(1), Duration.ofDays(30)),
              "1h",
              "How long a job that has ended is kept with its result."));
  static final Setting<Long> SIZE =
      DECLARED.add(
          new Setting<>(
              "jobs.size",
              new SizeValue(MIB, 64 * GIB),
              "256m",
              "Space for the requests and results of all jobs together. The oldest that have ended"
                  + " give way; if none is left, further jobs get a 503."));
  static final Setting<Long> RESULT_SIZE =
      DECLARED.add(
          new Setting<>(
              "jobs.result_size",
              new SizeValue(KIB, 7 * MIB),
              "4m",
              "Largest result of one job; beyond it the job fails."));

  private JobSettings() {}
}
