package dev.percore.config;

import static dev.percore.config.Declarations.GIB;
import static dev.percore.config.Declarations.span;
import static dev.percore.config.Declarations.whole;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.percore.config.ServerConfig.ReloadStrategy;
import dev.percore.config.value.Choice;
import dev.percore.config.value.Flag;
import dev.percore.config.value.SizeValue;
import dev.percore.config.value.TextList;
import java.time.Duration;
import java.util.List;

/// How workers are replaced: by a reload, or because they have served long enough.
final class LifecycleSettings {
  static final Declarations DECLARED = new Declarations();

  static final Setting<Duration> WORKER_WARM_UP =
      DECLARED.add(
          new Setting<>(
              "worker.warm_up",
              span(ofSeconds(0), ofMinutes(5)),
              "2s",
              "How long a new worker may rehearse requests of its own before it accepts"
                  + " connections, where others serve meanwhile; it stops earlier, after two"
                  + " hundred of them, or later, after three times as long at most, where busy"
                  + " cores have left it less processor time. With 0s it does not rehearse."));
  static final Setting<Duration> WORKER_FIRST_WARM_UP =
      DECLARED.add(
          new Setting<>(
              "worker.first_warm_up",
              span(ofSeconds(0), ofMinutes(5)),
              "100ms",
              "The same as `worker.warm_up` for a worker that nobody serves beside, as at the start"
                  + " of the server: clients wait in the queue of the socket meanwhile. With 0s the"
                  + " first answer comes sooner, and the first thousand more slowly."));
  static final Setting<Integer> WORKER_START_NICE =
      DECLARED.add(
          new Setting<>(
              "worker.start_nice",
              whole(0, 19),
              "19",
              "Nice value of a worker while it starts, where others serve that go first, and of a"
                  + " new master in an upgrade; in the 5 s after it is ready, up to 10"
                  + " of it for the first compiler and all of it for the second, which has up to 10"
                  + " from then on. The start as a whole"
                  + " yields only if the server may go back, as root or by a limit (`LimitNICE=0`"
                  + " in a unit of systemd); else the compilers alone yield, by all of it and for"
                  + " as long as they live. 0 lets neither yield."));
  static final Setting<Boolean> WORKER_PIN =
      DECLARED.add(
          new Setting<>(
              "worker.pin",
              new Flag(),
              "true",
              "Whether the event loop of a worker that serves is bound to its worker's core, as by"
                  + " nginx's `worker_cpu_affinity auto`. It is, where there is a worker for each"
                  + " core that the server may use. For the thread that computes see"
                  + " `compute.pin`."));
  static final Setting<Integer> WORKER_MAX_REQUESTS =
      DECLARED.add(
          new Setting<>(
              "worker.max_requests",
              whole(0, 2_000_000_000),
              "0",
              "Requests after which a worker is replaced. 0 means never."));
  static final Setting<Integer> WORKER_MAX_REQUESTS_JITTER =
      DECLARED.add(
          new Setting<>(
              "worker.max_requests_jitter",
              whole(0, 2_000_000_000),
              "0",
              "Up to so many requests more, another number for each worker, so that they are not"
                  + " all replaced at once."));
  static final Setting<Duration> WORKER_MAX_AGE =
      DECLARED.add(
          new Setting<>(
              "worker.max_age",
              span(ofSeconds(0), ofDays(365)),
              "0s",
              "Age at which a worker is replaced. 0s means never."));
  static final Setting<Long> WORKER_MAX_RSS =
      DECLARED.add(
          new Setting<>(
              "worker.max_rss",
              new SizeValue(0, 1024 * GIB),
              "0",
              "Resident memory beyond which a worker is replaced. 0 means no limit."));

  static final Setting<ReloadStrategy> RELOAD_STRATEGY =
      DECLARED.add(
          new Setting<>(
              "reload.strategy",
              new Choice<>(List.of(ReloadStrategy.values())),
              "rolling",
              "How a reload replaces the workers: one slot after the other, all at once"
                  + " (`blue-green`, which needs memory for twice as many), or one first, on"
                  + " probation (`canary`), and then one after the other."));
  static final Setting<Duration> RELOAD_DRAIN =
      DECLARED.add(
          new Setting<>(
              "reload.drain",
              span(ofSeconds(0), ofHours(24)),
              "30s",
              "How long requests in flight may go on in a worker that has been replaced."));
  static final Setting<Integer> RELOAD_MAX_DRAINING =
      DECLARED.add(
          new Setting<>(
              "reload.max_draining",
              whole(1, 100),
              "3",
              "Workers of one slot that may drain at a time; beyond it the oldest is cut."));
  static final Setting<List<String>> RELOAD_GOLDEN =
      DECLARED.add(
          new Setting<>(
              "reload.golden",
              new TextList(100),
              "",
              "Paths that a canary must answer with a status below 400 before it takes its slot,"
                  + " such as `/calc/count?n=1000`."));
  static final Setting<Duration> RELOAD_OBSERVE =
      DECLARED.add(
          new Setting<>(
              "reload.observe",
              span(ofSeconds(0), ofHours(1)),
              "10s",
              "With `canary`, how long each worker of the new configuration is watched before the"
                  + " next slot follows."));
  static final Setting<Integer> RELOAD_ERROR_RISE =
      DECLARED.add(
          new Setting<>(
              "reload.error_rise",
              whole(0, 100),
              "1",
              "With `canary`, by how many percent of all requests the share of answers with a"
                  + " status of 500 and above may rise; beyond it everything is rolled back."));
  static final Setting<Integer> RELOAD_LATENCY_RISE =
      DECLARED.add(
          new Setting<>(
              "reload.latency_rise",
              whole(0, 100_000),
              "100",
              "With `canary`, by how many percent the 99th percentile of the response time may"
                  + " rise; beyond it everything is rolled back."));

  static final Setting<Duration> SUPERVISION_ADOPT_AFTER =
      DECLARED.add(
          new Setting<>(
              "supervision.adopt_after",
              span(ofMillis(50), ofHours(1)),
              "3s",
              "A worker that gives no sign of life for so long is helped out: another one accepts"
                  + " connections from its socket until it recovers or is replaced. At least two"
                  + " intervals between signs of life pass before that."));
  static final Setting<Duration> SUPERVISION_LANE_GRACE =
      DECLARED.add(
          new Setting<>(
              "supervision.lane_grace",
              span(ofMillis(100), ofHours(24)),
              "10s",
              "How long a computation may outlive its deadline. Then it will not end by itself, and"
                  + " its worker is replaced."));
  static final Setting<Integer> SUPERVISION_NICE =
      DECLARED.add(
          new Setting<>(
              "supervision.nice",
              whole(-20, 0),
              "-5",
              "Nice value of the master's thread that supervises and answers the admin endpoints,"
                  + " from 5 s after its start, so that it gets to that soon where workers fill all"
                  + " cores. It stays at 0 where the server may not go below that, which takes"
                  + " root, CAP_SYS_NICE or a limit (`LimitNICE=-5` in a unit of systemd). It has"
                  + " no effect on a server that was started with another nice value than 0.",
              true));

  private LifecycleSettings() {}
}
