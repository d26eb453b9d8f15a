package dev.percore.worker.http.server;

import dev.percore.protocol.blackbox.Stage;
import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.client.Peer;
import dev.percore.worker.http.encode.ResponseEncoder.Persistence;
import dev.percore.worker.http.limit.Visitor;
import dev.percore.worker.http.parse.Input;
import dev.percore.worker.http.parse.ParsedRequest;
import dev.percore.worker.http.parse.RequestParser;
import dev.percore.worker.http.parse.RequestRejectedException;
import dev.percore.worker.http.socket.ClientSocket;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Requests and answers on one connection: one at a time and in their order. Requests that arrive
/// meanwhile wait in the input, within limits. For the event loop, but for [#inEventLoop],
/// [#execute] and [#deliver].
final class Conversation {
  private static final Logger log = LoggerFactory.getLogger(Conversation.class);

  /// Requests answered without a pause, before other connections have their turn.
  private static final int REQUESTS_PER_TURN = 256;

  private static final long FIRST_REQUEST_GRACE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long DRAIN_PAUSE_MILLIS = 5;

  private enum State {
    /// A request is awaited or arriving.
    READING,
    /// A handler has the request.
    HANDLING,
    /// The answer's body is leaving.
    SENDING,
    /// The last answer is leaving or has left; what still arrives is dropped.
    ENDING
  }

  private final Shared shared;
  private final ClientSocket socket;
  private final RequestParser parser;
  private final Input input;
  private final Outbox outbox;
  private final Deadline deadline = new Deadline();
  private final LingeringClose lingering;

  private Peer peer;
  private Visitor visitor = Visitor.UNLIMITED;
  private State state = State.READING;
  private RequestParser.Phase phase = RequestParser.Phase.IDLE;
  private int requests;
  private @Nullable HttpExchange current;
  private boolean inputEnded;
  private boolean inputLost;
  private boolean advancing;
  private long clockNanos;

  /// @param requests those that another worker has answered on the connection
  Conversation(Shared shared, ClientSocket socket, Peer peer, int requests) {
    this.shared = shared;
    this.socket = socket;
    this.peer = peer;
    this.requests = requests;
    parser = new RequestParser(shared.parsing(), peer);
    input = new Input(shared.inputs());
    outbox = new Outbox(socket, shared.encoder(), shared.metrics(), this::sent);
    lingering = new LingeringClose(socket, deadline);
  }

  /// Whom the requests come from.
  Peer peer() {
    return peer;
  }

  /// Says whom the requests come from, before the first of them.
  void peerIs(Peer client, Visitor limited) {
    peer = client;
    visitor = limited;
    parser.peerIs(client);
  }

  boolean inEventLoop() {
    return socket.loop().inEventLoop();
  }

  void execute(Runnable task) {
    socket.loop().execute(task);
  }

  /// Has an answer sent, soon. From any thread.
  void deliver(Runnable answer) {
    shared.lazyAnswers().deliver(socket.loop(), answer);
  }

  /// The deadline of what is awaited from the client.
  Deadline deadline() {
    return deadline;
  }

  /// The outgoing side.
  Outbox outbox() {
    return outbox;
  }

  /// Tells that the server drains. An idle connection ends. One that has not sent its first
  /// request is given a moment to do so; any other ends with its answer.
  void drain(long nowNanos) {
    if (state == State.ENDING) {
      lingering.hurry(nowNanos);
    } else if (isIdle() && requests == 0) {
      deadline.shorten(nowNanos, FIRST_REQUEST_GRACE_NANOS);
    } else if (isIdle()) {
      // A request may already lie in the socket: let the loop look once more.
      var _ = socket.loop().schedule(this::endIfIdle, DRAIN_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /// Begins.
  void begin() {
    clockNanos = System.nanoTime();
    RequestParser.Phase awaited =
        requests == 0 ? RequestParser.Phase.HEAD : RequestParser.Phase.IDLE;
    deadline.set(clockNanos, shared.timing().nanos(awaited));
  }

  /// Requests that were answered on the connection, or are.
  int requests() {
    return requests;
  }

  /// Whether nothing has arrived, is answered or leaves, and the client has not hung up.
  boolean isAtRest() {
    return isIdle() && outbox.isEmpty() && !inputEnded && !inputLost;
  }

  /// Answers what was never asked, and ends.
  void refuse(Response response) {
    outbox.send(response, Persistence.CLOSE, false);
    end(true);
  }

  /// Takes bytes from the client. [#settle] follows when there are no more for now.
  void receive(ByteBuf data) {
    shared.metrics().received(data.readableBytes());
    if (state == State.ENDING) {
      lingering.drop(data.readableBytes());
      return;
    }
    try {
      if (!inputLost) {
        input.append(data);
      }
    } catch (RequestRejectedException e) {
      // What was read before is answered first.
      log.debug("no memory for what {} sends", peer.address(), e);
      inputLost = true;
    }
    clockNanos = System.nanoTime();
    advance();
    regulateReading();
  }

  /// Leaves nothing behind at the end of a turn: no answer unsent, no memory held in vain; and
  /// reads on only while there is room.
  void settle() {
    outbox.flush();
    input.releaseIfEmpty();
    regulateReading();
  }

  private void regulateReading() {
    boolean room = !inputLost && input.size() < shared.readAheadMax();
    socket.setReading(state == State.ENDING || room);
  }

  /// Goes on after something other than input has changed.
  void resume() {
    if (!advancing) {
      clockNanos = System.nanoTime();
      advance();
      settle();
    }
  }

  /// The client sends no more. What it has sent is still answered; but since most clients who do
  /// this have hung up, a handler that asked for it is told so and its answer is not awaited.
  void inputEnded() {
    inputEnded = true;
    switch (state) {
      case READING -> resume();
      case HANDLING, SENDING -> {
        HttpExchange exchange = current;
        if (exchange != null && exchange.clientGone()) {
          abandon(exchange);
        }
      }
      case ENDING -> lingering.inputEnded();
    }
  }

  /// The connection is closed.
  void gone() {
    state = State.ENDING;
    HttpExchange exchange = current;
    if (exchange != null) {
      exchange.clientGone();
      release(exchange, Accounting.CLIENT_GONE);
    }
    dropInput();
    outbox.dispose();
  }

  /// The deadline has passed: tells the client if it had begun a request, and ends.
  void expire() {
    if (current != null && current.bodyIsLate()) {
      return;
    }
    if (state != State.READING) {
      close();
    } else if (!outbox.isRoomy()) {
      // It is not read from until it takes its answers, for which it has the write timeout.
      return;
    } else if (phase == RequestParser.Phase.IDLE) {
      end(!outbox.isEmpty());
    } else {
      reject(Refusals.REQUEST_TIMEOUT);
    }
  }

  /// Sends the answer of the exchange, if it is still wanted.
  void answer(HttpExchange exchange, Response response) {
    if (state != State.HANDLING || !exchange.equals(current)) {
      Outbox.discard(response.body());
      return;
    }
    state = State.SENDING;
    try {
      exchange.answerIs(response, exchange.skipBody() && mayGoOn());
      if (outbox.send(response, exchange.persistence(), exchange.isBare())) {
        sent(true);
      } else if (exchange.equals(current)) {
        shared.accounting().reached(exchange, Stage.SENDING);
        proceed();
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      log.error("an answer to {} could not be sent", peer.address(), e);
      Outbox.discard(response.body());
      close();
    }
  }

  /// Begins to send an answer whose body comes later, if it is still wanted.
  void stream(HttpExchange exchange, Response head, StreamedBody body) {
    if (state != State.HANDLING || !exchange.equals(current)) {
      body.close();
      exchange.clientGone();
      return;
    }
    state = State.SENDING;
    try {
      exchange.streamIs(head, mayGoOn());
      shared.accounting().reached(exchange, Stage.SENDING);
      outbox.send(head, exchange.persistence(), body, !exchange.request().http10());
    } catch (RuntimeException | OutOfMemoryError e) {
      log.error("an answer to {} could not begin", peer.address(), e);
      close();
      return;
    }
    if (exchange.isBare()) {
      outbox.dropStream();
      exchange.clientGone();
      sent(true);
    } else if (inputEnded && exchange.clientGone()) {
      abandon(exchange);
    }
  }

  /// There is more of a body that is being made, or room for more of any.
  void proceed() {
    try {
      if (outbox.proceed()) {
        execute(this::proceed);
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      log.error("an answer to {} could not go on", peer.address(), e);
      close();
    }
  }

  /// Cuts the connection in the middle of an answer that cannot be completed.
  void cut(HttpExchange exchange) {
    if (exchange.equals(current)) {
      outbox.dropStream();
      release(exchange, exchange.status());
      if (exchange.request().http10()) {
        socket.reset(); // the end of the connection would be that of the body
      } else {
        close();
      }
    }
  }

  /// Ends the connection of an exchange whose handler knows that nobody waits for its answer.
  void abandon(HttpExchange exchange) {
    if (exchange.equals(current)) {
      release(exchange, Accounting.CLIENT_GONE);
      close();
    }
  }

  // Has the requests that have arrived answered, until one must be waited for.
  private void advance() {
    if (advancing) {
      return;
    }
    advancing = true;
    try {
      if (current != null) {
        current.takeBody(clockNanos, inputLost);
      }
      int turns = REQUESTS_PER_TURN;
      while (state == State.READING && outbox.isRoomy()) {
        if (turns-- == 0) {
          execute(this::resume);
          break;
        }
        ParsedRequest request = parser.parse(input);
        if (request == null) {
          awaitMore();
          break;
        }
        handle(request);
      }
    } catch (RequestRejectedException e) {
      reject(e.problem());
    } finally {
      advancing = false;
    }
  }

  private void awaitMore() throws RequestRejectedException {
    if (inputLost) {
      throw RequestRejectedException.tooMuchInFlight();
    }
    if (inputEnded) {
      end(false);
      return;
    }
    if (isDraining() && requests > 0 && parser.phase() == RequestParser.Phase.IDLE) {
      // The last answer did not say that it was the last.
      end(true);
      return;
    }
    if (parser.takeContinueDue()) {
      outbox.sendContinue();
    }
    if (!deadline.isSet() || phase != parser.phase()) {
      phase = parser.phase();
      deadline.set(clockNanos, shared.timing().nanos(phase));
    }
  }

  private void handle(ParsedRequest request) {
    requests++;
    deadline.clear();
    state = State.HANDLING;
    HttpExchange exchange =
        new HttpExchange(this, request, intake(), shared.dispatcher().noRoute(), clockNanos);
    current = exchange;
    shared.accounting().begun(exchange);
    shared.dispatcher().dispatch(exchange, visitor);
    if (state == State.HANDLING && exchange.equals(current)) {
      shared.accounting().reached(exchange, Stage.ASIDE);
      exchange.takeBody(clockNanos, inputLost);
    }
  }

  private @Nullable BodyIntake intake() {
    return parser.isBodyAside()
        ? new BodyIntake(shared, parser, input, outbox, deadline, () -> execute(this::resume))
        : null;
  }

  private boolean mayGoOn() {
    int limit = shared.limits().requestsPerConnection();
    boolean last = isDraining() || inputEnded;
    return (limit == 0 || requests < limit) && !(last && input.isEmpty());
  }

  private void sent(boolean whole) {
    HttpExchange exchange = current;
    if (state != State.SENDING || exchange == null) {
      return;
    }
    clockNanos = System.nanoTime();
    boolean arrived = exchange.skipBody();
    release(exchange, exchange.status(), clockNanos);
    if (!whole) {
      close();
    } else if (exchange.goesOn() && arrived) {
      state = State.READING;
      resume();
    } else {
      end(exchange.request().keepAlive() || !arrived);
    }
  }

  private void release(HttpExchange exchange, int status) {
    release(exchange, status, System.nanoTime());
  }

  private void release(HttpExchange exchange, int status, long nowNanos) {
    current = null;
    exchange.closeBody();
    visitor.leave();
    shared.accounting().ended(exchange, status, nowNanos);
  }

  private void reject(Problem problem) {
    Response response = Refusals.of(problem);
    shared
        .accounting()
        .rejected(
            peer.address(),
            shared.dispatcher().noRoute().label(),
            problem.status(),
            response.body().length());
    refuse(response);
  }

  // Flushes, then closes; lingering if more may come from the client, since it does not know that
  // the connection ends or has already sent more.
  private void end(boolean unexpected) {
    boolean linger = unexpected || !input.isEmpty();
    state = State.ENDING;
    deadline.clear();
    dropInput();
    regulateReading();
    outbox.finish(
        whole -> {
          if (whole && linger && !inputEnded) {
            lingering.begin(isDraining());
          } else {
            close();
          }
        });
  }

  // Whether nothing of a request has arrived and none is being answered.
  private boolean isIdle() {
    return state == State.READING && phase == RequestParser.Phase.IDLE && input.isEmpty();
  }

  private void endIfIdle() {
    if (isIdle()) {
      end(!outbox.isEmpty());
    }
  }

  private boolean isDraining() {
    return shared.connections().isDraining();
  }

  private void dropInput() {
    input.clear();
    parser.discard();
  }

  private void close() {
    socket.close();
  }
}
