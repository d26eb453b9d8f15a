package dev.percore.protocol;

import dev.percore.protocol.metrics.MetricFamily;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A message on the control connection between a master and one worker. Master and worker
/// always come from the same distribution; [Hello] proves it, so messages carry no versions of
/// their own.
public sealed interface ControlMessage {

  /// Version of messages and framing; both sides must have the same.
  int PROTOCOL_VERSION = 1;

  /// What a worker says.
  sealed interface ToMaster extends ControlMessage {}

  /// What the master says.
  sealed interface ToWorker extends ControlMessage {}

  /// First message of a worker: it is there and waits for its configuration and its socket.
  record Hello(int protocolVersion, int slot, int generation) implements ToMaster {}

  /// The worker accepts connections.
  ///
  /// @param startTime from the start of the process to this message
  record Ready(Duration startTime) implements ToMaster {}

  /// Sign of life, sent from the event loop at a steady interval.
  ///
  /// @param loopLag longest delay of the event loop since the last heartbeat
  /// @param connections open client connections
  /// @param inFlight requests read and not yet answered
  /// @param queued compute tasks that wait
  /// @param running compute tasks that run, 0 or 1
  /// @param completed compute tasks finished since the start
  record Heartbeat(
      Duration loopLag, int connections, int inFlight, int queued, int running, long completed)
      implements ToMaster {}

  /// All figures of a worker.
  ///
  /// @param request the [MetricsRequest] that this answers, or 0 for figures sent unasked
  record Metrics(long request, List<MetricFamily> families) implements ToMaster {
    public Metrics {
      families = List.copyOf(families);
    }
  }

  /// The worker has been told to end by a signal sent to itself, and drains.
  ///
  /// @param deadline how long its requests in flight may take
  record Draining(Duration deadline) implements ToMaster {}

  /// The worker could not start, for a reason that a new attempt would meet again.
  record StartFailed(String reason) implements ToMaster {}

  /// The settings in force, by key, in their canonical text.
  record Configure(Map<String, String> settings) implements ToWorker {
    public Configure {
      settings = Map.copyOf(settings);
    }
  }

  /// Asks for [Metrics].
  ///
  /// @param request above 0, repeated in the answer
  record MetricsRequest(long request) implements ToWorker {}

  /// Stop accepting, finish what is in flight, exit.
  ///
  /// @param deadline what is unfinished after that time is cut
  record Drain(Duration deadline) implements ToWorker {}
}
