package dev.percore.protocol;

import dev.percore.protocol.ControlMessage.CancelJob;
import dev.percore.protocol.ControlMessage.ClientConnection;
import dev.percore.protocol.ControlMessage.Configure;
import dev.percore.protocol.ControlMessage.Drain;
import dev.percore.protocol.ControlMessage.Draining;
import dev.percore.protocol.ControlMessage.HandOver;
import dev.percore.protocol.ControlMessage.Heartbeat;
import dev.percore.protocol.ControlMessage.Hello;
import dev.percore.protocol.ControlMessage.JobAction;
import dev.percore.protocol.ControlMessage.JobAnswer;
import dev.percore.protocol.ControlMessage.JobAsk;
import dev.percore.protocol.ControlMessage.JobEnded;
import dev.percore.protocol.ControlMessage.JobProgress;
import dev.percore.protocol.ControlMessage.JobReturned;
import dev.percore.protocol.ControlMessage.JobStarted;
import dev.percore.protocol.ControlMessage.Lend;
import dev.percore.protocol.ControlMessage.Metrics;
import dev.percore.protocol.ControlMessage.MetricsRequest;
import dev.percore.protocol.ControlMessage.NotAccepting;
import dev.percore.protocol.ControlMessage.PoolEmpty;
import dev.percore.protocol.ControlMessage.PoolState;
import dev.percore.protocol.ControlMessage.Prepared;
import dev.percore.protocol.ControlMessage.Ready;
import dev.percore.protocol.ControlMessage.Received;
import dev.percore.protocol.ControlMessage.ReopenLogs;
import dev.percore.protocol.ControlMessage.Return;
import dev.percore.protocol.ControlMessage.RunJob;
import dev.percore.protocol.ControlMessage.Serve;
import dev.percore.protocol.ControlMessage.Sibling;
import dev.percore.protocol.ControlMessage.StartFailed;
import dev.percore.protocol.ControlMessage.TakeOver;
import dev.percore.protocol.ControlMessage.UsePool;
import io.netty.buffer.ByteBuf;

/// Turns messages into the payload of a frame and back. A payload is one byte that names the
/// message type, and then its components in order. Stateless and thread-safe.
public final class ControlCodec {

  private static final int HELLO = 1;
  private static final int READY = 2;
  private static final int HEARTBEAT = 3;
  private static final int METRICS = 4;
  private static final int START_FAILED = 5;
  private static final int DRAINING = 6;
  private static final int PREPARED = 7;
  private static final int HAND_OVER = 8;
  private static final int RECEIVED = 9;
  private static final int POOL_EMPTY = 10;
  private static final int NOT_ACCEPTING = 11;
  private static final int JOB_ASK = 32;
  private static final int JOB_STARTED = 33;
  private static final int JOB_PROGRESS = 34;
  private static final int JOB_ENDED = 35;
  private static final int JOB_RETURNED = 36;
  private static final int CONFIGURE = 64;
  private static final int METRICS_REQUEST = 65;
  private static final int DRAIN = 66;
  private static final int LEND = 67;
  private static final int SERVE = 68;
  private static final int RETURN = 69;
  private static final int TAKE_OVER = 70;
  private static final int REOPEN_LOGS = 71;
  private static final int SIBLING = 72;
  private static final int USE_POOL = 73;
  private static final int JOB_ANSWER = 96;
  private static final int RUN_JOB = 97;
  private static final int CANCEL_JOB = 98;

  private ControlCodec() {}

  /// Appends the message to `out`.
  public static void encode(ControlMessage message, ByteBuf out) {
    var wire = new WireWriter(out);
    switch (message) {
      case Hello(int version, int slot, int generation) ->
          wire.type(HELLO).int32(version).int32(slot).int32(generation);
      case Ready(var startTime) -> wire.type(READY).duration(startTime);
      case Heartbeat(
              var loopLag,
              int connections,
              int inFlight,
              int queued,
              int running,
              long completed,
              var overdue,
              long requests) ->
          wire.type(HEARTBEAT)
              .duration(loopLag)
              .int32(connections)
              .int32(inFlight)
              .int32(queued)
              .int32(running)
              .int64(completed)
              .duration(overdue)
              .int64(requests);
      case Metrics(long request, var families) ->
          wire.type(METRICS).int64(request).list(families, MetricsCodec::encode);
      case StartFailed(String reason) -> wire.type(START_FAILED).text(reason);
      case Draining(var deadline) -> wire.type(DRAINING).duration(deadline);
      case NotAccepting() -> wire.type(NOT_ACCEPTING);
      case Configure(var settings, boolean othersServe) ->
          wire.type(CONFIGURE).map(settings).flag(othersServe);
      case MetricsRequest(long request) -> wire.type(METRICS_REQUEST).int64(request);
      case Drain(var deadline, boolean handOver) ->
          wire.type(DRAIN).duration(deadline).flag(handOver);
      case Prepared() -> wire.type(PREPARED);
      case Received() -> wire.type(RECEIVED);
      case HandOver(var connection) -> encode(connection, wire.type(HAND_OVER));
      case Lend(int slot, String listener) -> wire.type(LEND).int32(slot).text(listener);
      case Serve() -> wire.type(SERVE);
      case Return(int slot) -> wire.type(RETURN).int32(slot);
      case TakeOver(var connection) -> encode(connection, wire.type(TAKE_OVER));
      case ReopenLogs() -> wire.type(REOPEN_LOGS);
      case Sibling(int slot, long pid) -> wire.type(SIBLING).int32(slot).int64(pid);
      case UsePool(var state) -> wire.type(USE_POOL).text(state.name());
      case PoolEmpty() -> wire.type(POOL_EMPTY);
      case JobAsk(long request, var action, var parameters, byte[] body) ->
          wire.type(JOB_ASK).int64(request).text(action.name()).map(parameters).bytes(body);
      case JobStarted(long run) -> wire.type(JOB_STARTED).int64(run);
      case JobProgress(long run, double fraction) ->
          wire.type(JOB_PROGRESS).int64(run).float64(fraction);
      case JobEnded(long run, int status, String contentType, byte[] body) ->
          wire.type(JOB_ENDED).int64(run).int32(status).text(contentType).bytes(body);
      case JobReturned(long run) -> wire.type(JOB_RETURNED).int64(run);
      case JobAnswer(long request, int status, var headers, byte[] body) ->
          wire.type(JOB_ANSWER).int64(request).int32(status).map(headers).bytes(body);
      case RunJob(
              long run,
              boolean again,
              String function,
              String method,
              String query,
              String contentType,
              byte[] body) ->
          wire.type(RUN_JOB)
              .int64(run)
              .flag(again)
              .text(function)
              .text(method)
              .text(query)
              .text(contentType)
              .bytes(body);
      case CancelJob(long run, boolean onlyIfWaiting) ->
          wire.type(CANCEL_JOB).int64(run).flag(onlyIfWaiting);
    }
  }

  private static <E extends Enum<E>> E constant(Class<E> type, WireReader wire)
      throws ProtocolException {
    String name = wire.text();
    try {
      return Enum.valueOf(type, name);
    } catch (IllegalArgumentException unknown) {
      throw new ProtocolException("no " + type.getSimpleName() + ": " + name);
    }
  }

  private static void encode(ClientConnection connection, WireWriter wire) {
    wire.text(connection.listener()).text(connection.clientAddress()).int32(connection.requests());
  }

  private static ClientConnection decodeConnection(WireReader wire) throws ProtocolException {
    return new ClientConnection(wire.text(), wire.text(), wire.int32());
  }

  /// Reads one message, which must fill `in` exactly.
  ///
  /// @throws ProtocolException if the type is unknown, or the components do not fit the payload
  public static ControlMessage decode(ByteBuf in) throws ProtocolException {
    var wire = new WireReader(in);
    int type = wire.type();
    ControlMessage message =
        switch (type) {
          case HELLO -> new Hello(wire.int32(), wire.int32(), wire.int32());
          case READY -> new Ready(wire.duration());
          case HEARTBEAT ->
              new Heartbeat(
                  wire.duration(),
                  wire.int32(),
                  wire.int32(),
                  wire.int32(),
                  wire.int32(),
                  wire.int64(),
                  wire.duration(),
                  wire.int64());
          case METRICS -> new Metrics(wire.int64(), wire.list(MetricsCodec::decode));
          case START_FAILED -> new StartFailed(wire.text());
          case DRAINING -> new Draining(wire.duration());
          case NOT_ACCEPTING -> new NotAccepting();
          case CONFIGURE -> new Configure(wire.map(), wire.flag());
          case METRICS_REQUEST -> new MetricsRequest(wire.int64());
          case DRAIN -> new Drain(wire.duration(), wire.flag());
          case PREPARED -> new Prepared();
          case RECEIVED -> new Received();
          case HAND_OVER -> new HandOver(decodeConnection(wire));
          case LEND -> new Lend(wire.int32(), wire.text());
          case SERVE -> new Serve();
          case RETURN -> new Return(wire.int32());
          case TAKE_OVER -> new TakeOver(decodeConnection(wire));
          case REOPEN_LOGS -> new ReopenLogs();
          case SIBLING -> new Sibling(wire.int32(), wire.int64());
          case USE_POOL -> new UsePool(constant(PoolState.class, wire));
          case POOL_EMPTY -> new PoolEmpty();
          case JOB_ASK ->
              new JobAsk(wire.int64(), constant(JobAction.class, wire), wire.map(), wire.bytes());
          case JOB_STARTED -> new JobStarted(wire.int64());
          case JOB_PROGRESS -> new JobProgress(wire.int64(), wire.float64());
          case JOB_ENDED -> new JobEnded(wire.int64(), wire.int32(), wire.text(), wire.bytes());
          case JOB_RETURNED -> new JobReturned(wire.int64());
          case JOB_ANSWER -> new JobAnswer(wire.int64(), wire.int32(), wire.map(), wire.bytes());
          case RUN_JOB ->
              new RunJob(
                  wire.int64(),
                  wire.flag(),
                  wire.text(),
                  wire.text(),
                  wire.text(),
                  wire.text(),
                  wire.bytes());
          case CANCEL_JOB -> new CancelJob(wire.int64(), wire.flag());
          default -> throw new ProtocolException("unknown message type " + type);
        };
    wire.end(type);
    return message;
  }
}
