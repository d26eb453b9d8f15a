package dev.percore.master.supervise;

import dev.percore.config.ServerConfig;
import java.time.Duration;
import java.util.Optional;

/// When a worker that does its work has done it long enough. Pure and immutable.
///
/// @param laneGrace how long a computation may outlive its deadline
public record RecyclePolicy(ServerConfig.WorkerProcess settings, Duration laneGrace) {

  /// What a worker has behind it.
  ///
  /// @param requests requests answered
  /// @param extraRequests its share of the jitter, 0 up to `worker.max_requests_jitter`
  /// @param rssBytes resident memory, or 0 if it is not known
  /// @param overdue how long its computation has outlived its deadline
  public record Service(
      long requests, int extraRequests, Duration age, long rssBytes, Duration overdue) {}

  /// Whether its computation will not end by itself any more.
  public boolean isStuck(Service service) {
    return service.overdue().compareTo(laneGrace) > 0;
  }

  /// Why the worker is to be replaced, if it is.
  public Optional<String> reason(Service service) {
    long maxRequests = (long) settings.maxRequests() + service.extraRequests();
    if (isStuck(service)) {
      return Optional.of(
          "its computation does not end, %d s past the deadline"
              .formatted(service.overdue().toSeconds()));
    }
    if (settings.maxRequests() > 0 && service.requests() >= maxRequests) {
      return Optional.of("it has answered %d requests".formatted(service.requests()));
    }
    if (settings.maxAge().isPositive() && service.age().compareTo(settings.maxAge()) >= 0) {
      return Optional.of("it is %d s old".formatted(service.age().toSeconds()));
    }
    if (settings.maxRssBytes() > 0 && service.rssBytes() > settings.maxRssBytes()) {
      return Optional.of("it holds %d MiB of memory".formatted(service.rssBytes() >> 20));
    }
    return Optional.empty();
  }
}
