package dev.percore.worker.http.server;

import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.Exchange;
import dev.percore.worker.http.RequestLines;
import dev.percore.worker.http.ResponseStream;
import dev.percore.worker.http.encode.ResponseEncoder;
import dev.percore.worker.http.observe.RouteMetrics;
import dev.percore.worker.http.parse.ParsedRequest;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One request and its place in the conversation. What [Exchange] offers is thread-safe; the rest
/// is for the event loop.
final class HttpExchange implements Exchange {
  private static final Logger log = LoggerFactory.getLogger(HttpExchange.class);

  private final Conversation conversation;
  private final ParsedRequest request;
  private final long startNanos;
  private final @Nullable BodyIntake intake;
  private final AtomicBoolean answered = new AtomicBoolean();
  private RouteMetrics route;
  private int cell;
  private @Nullable Runnable goneAction;
  private boolean gone;
  private volatile @Nullable StreamedBody stream;
  private int status;
  private long bodyBytes;
  private boolean goesOn;

  /// @param intake of a body that is taken while it arrives, if there is one
  HttpExchange(
      Conversation conversation,
      ParsedRequest request,
      @Nullable BodyIntake intake,
      RouteMetrics noRoute,
      long startNanos) {
    this.conversation = conversation;
    this.request = request;
    this.intake = intake;
    this.route = noRoute;
    this.startNanos = startNanos;
  }

  @Override
  public ParsedRequest request() {
    return request;
  }

  @Override
  public @Nullable RequestLines lines() {
    return intake == null ? null : intake.lines();
  }

  @Override
  public void respond(Response response) {
    // Handlers are foreign code, which is not held to what the types say.
    if (response == null) {
      fail(new NullPointerException("the response is null"));
    } else if (!answered.compareAndSet(false, true)) {
      Outbox.discard(response.body());
    } else if (conversation.inEventLoop()) {
      conversation.answer(this, response);
    } else {
      try {
        conversation.deliver(() -> conversation.answer(this, response));
      } catch (RejectedExecutionException e) {
        log.debug("an answer came after the event loop had ended", e);
        Outbox.discard(response.body());
      }
    }
  }

  @Override
  public void respond(Problem problem) {
    Response response;
    try {
      response = Response.problem(problem);
    } catch (RuntimeException e) {
      fail(e);
      return;
    }
    respond(response);
  }

  @Override
  public ResponseStream stream(Response head) {
    if (head.body().length() > 0 || !ResponseEncoder.hasContent(head.status())) {
      throw new IllegalArgumentException(
          "a stream cannot begin with a body, or with the status " + head.status());
    }
    StreamedBody body = new StreamedBody(conversation, this);
    if (answered.compareAndSet(false, true)) {
      stream = body;
      body.begin(head);
    } else {
      body.close();
    }
    return body;
  }

  @Override
  public void onClientGone(Runnable action) {
    if (conversation.inEventLoop()) {
      setGoneAction(action);
    } else {
      try {
        conversation.execute(() -> setGoneAction(action));
      } catch (RejectedExecutionException e) {
        log.debug("a handler waited for its client after the event loop had ended", e);
      }
    }
  }

  /// Takes what has arrived of a body that is taken so.
  ///
  /// @param lost whether something that has arrived could not be kept
  void takeBody(long nowNanos, boolean lost) {
    if (intake == null) {
      return;
    }
    try {
      intake.proceed(nowNanos, lost);
    } catch (RuntimeException e) {
      log.error("route {} failed on a part of a body", route.label(), e);
      clientGone();
      conversation.cut(this);
    }
  }

  /// The deadline has passed.
  ///
  /// @return whether it was that of a body that is taken while it arrives
  boolean bodyIsLate() {
    if (intake != null) {
      intake.expire();
    }
    return intake != null;
  }

  /// What has not been taken of the body is not wanted any more.
  ///
  /// @return whether all of it has arrived, so that the connection can go on
  boolean skipBody() {
    return intake == null || intake.skip();
  }

  void closeBody() {
    if (intake != null) {
      intake.close();
    }
  }

  void routedTo(RouteMetrics route) {
    this.route = route;
  }

  RouteMetrics route() {
    return route;
  }

  /// Where the black box has it.
  int cell() {
    return cell;
  }

  void notedIn(int cell) {
    this.cell = cell;
  }

  long startNanos() {
    return startNanos;
  }

  /// The answer is known.
  ///
  /// @param mayGoOn whether the server would take another request on the connection
  void answerIs(Response response, boolean mayGoOn) {
    status = response.status();
    bodyBytes = isBare() || !ResponseEncoder.hasContent(status) ? 0 : response.body().length();
    goesOn = mayGoOn && request.keepAlive();
  }

  /// The answer is known, but for its body. Without chunks only the end of the connection can end
  /// it.
  void streamIs(Response head, boolean mayGoOn) {
    status = head.status();
    goesOn = mayGoOn && request.keepAlive() && !request.http10();
  }

  int status() {
    return status;
  }

  /// Length of the answer's body, as it is sent; of a stream, as far as it has been sent.
  long bodyBytes() {
    StreamedBody body = stream;
    return body == null ? bodyBytes : body.sentBytes();
  }

  /// Whether the connection takes another request after this one.
  boolean goesOn() {
    return goesOn;
  }

  /// Whether the answer has no body because of the method.
  boolean isBare() {
    return request.method().equals("HEAD");
  }

  ResponseEncoder.Persistence persistence() {
    if (!goesOn) {
      return ResponseEncoder.Persistence.CLOSE;
    }
    return request.http10()
        ? ResponseEncoder.Persistence.KEEP_ALIVE
        : ResponseEncoder.Persistence.IMPLIED;
  }

  /// The client hung up.
  ///
  /// @return whether the handler was told, so that no answer needs to be awaited
  boolean clientGone() {
    gone = true;
    Runnable action = goneAction;
    if (action == null || !isInTheMaking()) {
      return false;
    }
    goneAction = null;
    run(action);
    return true;
  }

  private boolean isInTheMaking() {
    StreamedBody body = stream;
    return body == null ? !answered.get() : !body.isEnded();
  }

  // Whatever a handler does, its client is not left without an answer.
  private void fail(RuntimeException cause) {
    log.error("route {} gave an answer that cannot be sent", route.label(), cause);
    respond(Response.problem(Refusals.INTERNAL_ERROR));
  }

  private void setGoneAction(Runnable action) {
    goneAction = action;
    if (gone && clientGone()) {
      conversation.abandon(this);
    }
  }

  private void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      log.error("the action for a vanished client failed on route {}", route.label(), e);
    }
  }
}
