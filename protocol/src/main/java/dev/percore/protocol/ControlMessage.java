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
  int PROTOCOL_VERSION = 5;

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

  /// The worker drains, and accepts no connections any more.
  record NotAccepting() implements ToMaster {}

  /// The worker could not start, for a reason that a new attempt would meet again.
  record StartFailed(String reason) implements ToMaster {}

  /// A worker that drains hands over a client's connection on which nothing is under way.
  ///
  /// @param connection what its next worker has to know of it
  record HandOver(ClientConnection connection) implements ToMaster, WithDescriptor {}

  /// The descriptor that was sent last has arrived; the next may follow.
  record Received() implements ToMaster, ToWorker {}

  /// All work that was accepted before the pool was closed is done. Said once for each [UsePool]
  /// that does not open it.
  record PoolEmpty() implements ToMaster {}

  /// Asks for something about jobs, on behalf of a client.
  ///
  /// @param request above 0, repeated in the answer
  /// @param parameters by name, as the action needs them
  /// @param body of the request that is to become a job, or empty
  record JobAsk(long request, JobAction action, Map<String, String> parameters, byte[] body)
      implements ToMaster {
    public JobAsk {
      parameters = Map.copyOf(parameters);
    }
  }

  /// What can be asked for about jobs.
  enum JobAction {
    /// A request is to become a job.
    SUBMIT,
    /// A job's state.
    SHOW,
    /// A job's result.
    RESULT,
    /// The jobs there are.
    LIST,
    /// A job is not wanted any more.
    CANCEL,
    /// A job's state, as soon as there is news of it.
    AWAIT
  }

  /// What a worker tells of a job that it has.
  sealed interface JobNews extends ToMaster {}

  /// The function of a job begins to run. Said before it does, so that the master knows what a
  /// worker was doing when it died.
  ///
  /// @param run of [RunJob]
  record JobStarted(long run) implements JobNews {}

  /// How far a job is.
  ///
  /// @param fraction 0 to 1
  record JobProgress(long run, double fraction) implements JobNews {}

  /// A job has ended.
  ///
  /// @param status of the answer that a client would have got
  /// @param contentType of the same
  /// @param body of the same
  record JobEnded(long run, int status, String contentType, byte[] body) implements JobNews {}

  /// A job was not run, or not to its end, for a reason that lies with the worker.
  record JobReturned(long run) implements JobNews {}

  /// The answer to a [JobAsk].
  ///
  /// @param status for the client
  /// @param headers further header fields for the client
  record JobAnswer(long request, int status, Map<String, String> headers, byte[] body)
      implements ToWorker {
    public JobAnswer {
      headers = Map.copyOf(headers);
    }
  }

  /// Run a job.
  ///
  /// @param run number of this run; no other has it while this master lives
  /// @param again whether a worker has died while it ran the job
  /// @param function name of the function
  /// @param method of the client's request
  /// @param query of the same, encoded
  /// @param contentType of the same, or empty
  /// @param body of the same
  record RunJob(
      long run,
      boolean again,
      String function,
      String method,
      String query,
      String contentType,
      byte[] body)
      implements ToWorker {}

  /// A job is taken back from a worker.
  ///
  /// @param onlyIfWaiting whether it goes on if its function has begun: it is wanted, but another
  ///     worker could begin sooner
  record CancelJob(long run, boolean onlyIfWaiting) implements ToWorker {}

  /// What is known of a client's connection beside its descriptor.
  ///
  /// @param listener the address, as it is configured, at which it was accepted
  /// @param clientAddress address of the client as a PROXY header told it, or empty
  /// @param requests requests answered on it so far
  record ClientConnection(String listener, String clientAddress, int requests) {}

  /// What the worker is to be.
  ///
  /// @param settings the settings in force, by key, in their canonical text
  /// @param othersServe whether another worker serves meanwhile, so that there is time to get warm
  record Configure(Map<String, String> settings, boolean othersServe) implements ToWorker {
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

  /// Whether the pool takes work from now on. A worker that is told nothing takes it.
  record UsePool(PoolState state) implements ToWorker {}

  /// What becomes of work, as with Python's `multiprocessing.Pool`.
  enum PoolState {
    /// It is accepted.
    OPEN,
    /// None is accepted, and what was accepted before is finished.
    CLOSED,
    /// None is accepted, and what was accepted before is given up.
    TERMINATED
  }

  /// Close and open the log files, since somebody may have renamed them.
  record ReopenLogs() implements ToWorker {}

  /// Stop accepting, finish what is in flight, exit.
  ///
  /// @param deadline what is unfinished after that time is cut
  /// @param handOver whether another worker is there to take over idle connections
  record Drain(Duration deadline, boolean handOver) implements ToWorker {}
}
