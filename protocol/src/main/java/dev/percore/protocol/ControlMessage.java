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
  int PROTOCOL_VERSION = 3;

  /// What a worker says.
  sealed interface ToMaster extends ControlMessage {}

  /// What the master says.
  sealed interface ToWorker extends ControlMessage {}

  /// A message that announces one descriptor, the next on the connection for descriptors. Both
  /// connections keep their order, so that the two belong together.
  sealed interface WithDescriptor extends ControlMessage {}

  /// First message of a worker: it is there and waits for its configuration.
  record Hello(int protocolVersion, int slot, int generation) implements ToMaster {}

  /// The worker has been built and is warm. It waits for its sockets and for [Serve].
  record Prepared() implements ToMaster {}

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
  /// @param overdue how long the task that runs has outlived its deadline; zero if it has not
  /// @param requests requests answered since the start
  record Heartbeat(
      Duration loopLag,
      int connections,
      int inFlight,
      int queued,
      int running,
      long completed,
      Duration overdue,
      long requests)
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

  /// A worker that drains hands over a client's connection on which nothing is under way.
  ///
  /// @param connection what its next worker has to know of it
  record HandOver(ClientConnection connection) implements ToMaster, WithDescriptor {}

  /// The descriptor that was sent last has arrived; the next may follow.
  record Received() implements ToMaster, ToWorker {}

  /// What is known of a client's connection beside its descriptor.
  ///
  /// @param listener the address, as it is configured, at which it was accepted
  /// @param clientAddress address of the client as a PROXY header told it, or empty
  /// @param requests requests answered on it so far
  record ClientConnection(String listener, String clientAddress, int requests) {}

  /// What the worker is to be.
  ///
  /// @param settings the settings in force, by key, in their canonical text
  /// @param rehearse whether there is time to get warm, since another worker serves meanwhile
  record Configure(Map<String, String> settings, boolean rehearse) implements ToWorker {
    public Configure {
      settings = Map.copyOf(settings);
    }
  }

  /// Asks for [Metrics].
  ///
  /// @param request above 0, repeated in the answer
  record MetricsRequest(long request) implements ToWorker {}

  /// A listening socket from which to accept. The worker keeps its copy until [Return].
  ///
  /// @param slot the slot that the socket belongs to; not the worker's own if it stands in
  /// @param listener the address, as it is configured, at which the socket listens
  record Lend(int slot, String listener) implements ToWorker, WithDescriptor {}

  /// All sockets have been lent: say [Ready].
  record Serve() implements ToWorker {}

  /// Accept no more from the sockets of a slot, and close the copies of them.
  record Return(int slot) implements ToWorker {}

  /// A client's connection that another worker handed over.
  record TakeOver(ClientConnection connection) implements ToWorker, WithDescriptor {}

  /// A connection to a worker of the same generation, for tasks that move between the two. Both
  /// get one end.
  ///
  /// @param slot of the other worker
  /// @param pid of the other worker
  record Sibling(int slot, long pid) implements ToWorker, WithDescriptor {}

  /// Close and open the log files, since somebody may have renamed them.
  record ReopenLogs() implements ToWorker {}

  /// Stop accepting, finish what is in flight, exit.
  ///
  /// @param deadline what is unfinished after that time is cut
  /// @param handOver whether another worker is there to take over idle connections
  record Drain(Duration deadline, boolean handOver) implements ToWorker {}
}
