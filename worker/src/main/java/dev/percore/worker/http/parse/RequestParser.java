package dev.percore.worker.http.parse;

import dev.percore.config.ServerConfig;
import dev.percore.worker.http.client.Peer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Parses the requests of one connection, HTTP/1.0 and HTTP/1.1, strictly by RFC 9112. Octets are
/// judged in their order and one by one, so that their arrival in pieces changes nothing. After a
/// rejection it must not be used again. For one thread.
public final class RequestParser {
  private static final byte[] NO_BODY = new byte[0];

  /// How much of a request has arrived.
  public enum Phase {
    /// Nothing.
    IDLE,
    /// A part of its head.
    HEAD,
    /// Its head.
    BODY
  }

  private enum Stage {
    START,
    REQUEST_LINE,
    FIELDS,
    FIXED_BODY,
    CHUNKED_BODY
  }

  private final ServerConfig.Limits limits;
  private final RequestLineParser line;
  private final FieldSectionParser fields;
  private final ChunkedBodyParser chunks;
  private final MemoryBudget budget;
  private final BodyBuffer body;

  private Peer peer;
  private Stage stage = Stage.START;
  private boolean emptyLineSkipped;
  private ParsedRequest.@Nullable Head head;
  private Phase phase = Phase.IDLE;
  private boolean continueDue;

  /// @param budget for heads and bodies
  /// @param peer whom the requests come from
  public RequestParser(ServerConfig.Limits limits, MemoryBudget budget, Peer peer) {
    this.limits = limits;
    this.budget = budget;
    body = new BodyBuffer(budget);
    this.peer = peer;
    line = new RequestLineParser(limits.requestLine());
    fields = new FieldSectionParser(limits.headers(), limits.headerCount());
    chunks = new ChunkedBodyParser(limits.body(), fields);
  }

  /// Says whom the next requests come from.
  public void peerIs(Peer next) {
    peer = next;
  }

  /// Reads on, and stops after one request. The memory that it holds is now the caller's to give
  /// back to the budget, see [ParsedRequest#heldBytes].
  ///
  /// @return the request if it is complete; null when more input is needed
  public @Nullable ParsedRequest parse(Input in) throws RequestRejectedException {
    while (!in.isEmpty()) {
      switch (stage) {
        case START -> {
          if (!start(in)) {
            return null;
          }
        }
        case REQUEST_LINE -> {
          if (!line.parse(in.bytes, in.start, in.end)) {
            return null;
          }
          fields.reset(line.length());
          stage = Stage.FIELDS;
        }
        case FIELDS -> {
          if (!fields.parse(in.bytes, in.start, in.end)) {
            return null;
          }
          MessageRules rules = finishHead(in);
          if (!rules.chunked() && rules.contentLength() == 0) {
            return finish(NO_BODY);
          }
        }
        case FIXED_BODY -> {
          return readFixedBody(in);
        }
        case CHUNKED_BODY -> {
          return chunks.parse(in, body) ? finish(body.take()) : null;
        }
      }
    }
    return null;
  }

  /// Drops what has arrived of a request. The parser must not be used again.
  public void discard() {
    body.clear();
    ParsedRequest.@Nullable Head begun = head;
    if (begun != null) {
      budget.give(begun.octets().length);
      head = null;
    }
  }

  /// How much of the next request has arrived.
  public Phase phase() {
    return phase;
  }

  /// Whether the client waits for `100 Continue` and nothing of the body has arrived. True once
  /// for a request at most. Ask when [#parse] has returned null.
  public boolean takeContinueDue() {
    boolean due = continueDue;
    continueDue = false;
    return due;
  }

  // RFC 9112, section 2.2: one empty line before the request line is tolerated.
  private boolean start(Input in) throws RequestRejectedException {
    phase = Phase.HEAD;
    if (in.bytes[in.start] != '\r') {
      line.reset();
      stage = Stage.REQUEST_LINE;
      return true;
    }
    if (in.size() == 1) {
      return false;
    }
    if (emptyLineSkipped || in.bytes[in.start + 1] != '\n') {
      throw RequestRejectedException.malformed("The request does not begin with a method.");
    }
    in.start += 2;
    emptyLineSkipped = true;
    phase = Phase.IDLE;
    return true;
  }

  private MessageRules finishHead(Input in) throws RequestRejectedException {
    byte[] octets = Arrays.copyOfRange(in.bytes, in.start, in.start + fields.position());
    int[] offsets = fields.offsets();
    MessageRules rules = MessageRules.of(octets, offsets, line.http10(), limits.body());
    budget.take(octets.length);
    head =
        new ParsedRequest.Head(line.method(), line.target(), line.http10(), octets, offsets, rules);
    in.start += fields.position();
    phase = Phase.BODY;
    chunks.reset();
    stage = rules.chunked() ? Stage.CHUNKED_BODY : Stage.FIXED_BODY;
    continueDue = rules.expectContinue() && in.isEmpty();
    return rules;
  }

  private @Nullable ParsedRequest readFixedBody(Input in) throws RequestRejectedException {
    int length = head().rules().contentLength();
    int arrived = Math.min(in.size(), length - body.size());
    body.append(in.bytes, in.start, arrived, length);
    in.start += arrived;
    return body.size() == length ? finish(body.take()) : null;
  }

  private ParsedRequest finish(byte[] body) {
    ParsedRequest request = new ParsedRequest(head(), body, peer);
    head = null;
    stage = Stage.START;
    emptyLineSkipped = false;
    phase = Phase.IDLE;
    continueDue = false;
    return request;
  }

  private ParsedRequest.Head head() {
    ParsedRequest.@Nullable Head complete = head;
    if (complete == null) {
      throw new IllegalStateException("a body without a head");
    }
    return complete;
  }
}
