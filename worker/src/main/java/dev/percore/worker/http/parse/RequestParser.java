package dev.percore.worker.http.parse;

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
    CHUNKED_BODY,
    /// Of a request that was returned without it.
    BODY_ASIDE
  }

  private final ParserShare share;
  private final RequestLineParser line;
  private final FieldSectionParser fields;
  private final BodyBuffer body;

  private Peer peer;
  private Stage stage = Stage.START;
  private boolean emptyLineSkipped;
  private ParsedRequest.@Nullable Head head;
  private @Nullable ChunkedBodyParser chunks; // most clients of a server never send any
  private boolean chunkedAside;
  private long missingAside;
  private Phase phase = Phase.IDLE;
  private boolean continueDue;

  /// @param peer whom the requests come from
  public RequestParser(ParserShare share, Peer peer) {
    this.share = share;
    this.peer = peer;
    body = new BodyBuffer(share.budget());
    line = new RequestLineParser(share.limits().requestLine());
    fields = new FieldSectionParser(share.limits(), share.offsets());
  }

  /// Says whom the next requests come from.
  public void peerIs(Peer next) {
    peer = next;
  }

  /// Reads on, and stops after one request. The memory that it holds is now the caller's to give
  /// back to the budget, see [ParsedRequest#heldBytes].
  ///
  /// @return the request if it is complete, or if its body is read by [#readBody]; null when more
  ///     input is needed
  public @Nullable ParsedRequest parse(Input in) throws RequestRejectedException {
    while (!in.isEmpty()) {
      switch (stage) {
        case START -> {
          ParsedRequest.Head known = share.heads().find(in.bytes, in.start, in.end);
          if (known != null) {
            take(known, in);
            return finish(NO_BODY);
          }
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
          if (!rules.hasBody()) {
            share.heads().keep(head());
            return finish(NO_BODY);
          }
          ParsedRequest early = beginBody(rules);
          if (early != null) {
            return early;
          }
        }
        case FIXED_BODY -> {
          return readFixedBody(in);
        }
        case CHUNKED_BODY -> {
          return chunks().parse(in, body) ? finish(body.take()) : null;
        }
        case BODY_ASIDE -> throw new IllegalStateException("the body was not read to its end");
      }
    }
    return null;
  }

  /// Whether the request that [#parse] has returned has a body that is read by [#readBody].
  public boolean isBodyAside() {
    return stage == Stage.BODY_ASIDE;
  }

  /// Reads on in the body of a request that was returned before it. It has no limit.
  ///
  /// @return whether the body is complete, so that the next request can be parsed
  public boolean readBody(Input in, BodySink sink) throws RequestRejectedException {
    boolean complete = chunkedAside ? chunks().parse(in, sink) : readFixedAside(in, sink);
    if (complete) {
      becomeReady();
    }
    return complete;
  }

  /// Drops what has arrived of a request. The parser must not be used again.
  public void discard() {
    body.clear();
    fields.giveBack();
    ParsedRequest.@Nullable Head begun = head;
    if (begun != null) {
      share.budget().give(begun.octets().length);
      head = null;
    }
  }

  /// How much of the next request has arrived.
  public Phase phase() {
    return phase;
  }

  /// Whether the client waits for `100 Continue` and nothing of the body has arrived. True once
  /// for a request at most. Ask when [#parse] has returned null, or a request before its body.
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
    int[] offsets = fields.takeOffsets();
    MessageRules rules = MessageRules.of(octets, offsets, line.http10());
    take(
        new ParsedRequest.Head(line.method(), line.target(), line.http10(), octets, offsets, rules),
        in);
    phase = Phase.BODY;
    continueDue = rules.expectContinue() && in.isEmpty();
    return rules;
  }

  private void take(ParsedRequest.Head complete, Input in) throws RequestRejectedException {
    int length = complete.octets().length;
    share.budget().take(length);
    head = complete;
    in.start += length;
  }

  /// Returns the request if it is wanted before its body.
  private @Nullable ParsedRequest beginBody(MessageRules rules) throws RequestRejectedException {
    ParsedRequest early = new ParsedRequest(head(), NO_BODY, peer);
    if (share.aside().test(early)) {
      head = null;
      chunkedAside = rules.chunked();
      missingAside = rules.contentLength();
      if (chunkedAside) {
        chunks().reset(Long.MAX_VALUE);
      }
      stage = Stage.BODY_ASIDE;
      return early;
    }
    body.begin(rules.bodyMax(share.limits().body()));
    if (rules.chunked()) {
      chunks().reset(share.limits().body());
      stage = Stage.CHUNKED_BODY;
    } else {
      stage = Stage.FIXED_BODY;
    }
    return null;
  }

  private boolean readFixedAside(Input in, BodySink sink) throws RequestRejectedException {
    if (!in.isEmpty() && sink.hasRoom()) {
      int arrived = (int) Math.min(in.size(), missingAside);
      sink.append(in.bytes, in.start, arrived);
      in.start += arrived;
      missingAside -= arrived;
    }
    return missingAside == 0;
  }

  private @Nullable ParsedRequest readFixedBody(Input in) throws RequestRejectedException {
    int length = (int) head().rules().contentLength();
    int arrived = Math.min(in.size(), length - body.size());
    body.append(in.bytes, in.start, arrived);
    in.start += arrived;
    return body.size() == length ? finish(body.take()) : null;
  }

  private ParsedRequest finish(byte[] body) {
    ParsedRequest request = new ParsedRequest(head(), body, peer);
    head = null;
    becomeReady();
    return request;
  }

  private void becomeReady() {
    stage = Stage.START;
    emptyLineSkipped = false;
    phase = Phase.IDLE;
    continueDue = false;
  }

  private ChunkedBodyParser chunks() {
    ChunkedBodyParser made = chunks;
    if (made == null) {
      made = new ChunkedBodyParser(fields);
      chunks = made;
    }
    return made;
  }

  private ParsedRequest.Head head() {
    ParsedRequest.@Nullable Head complete = head;
    if (complete == null) {
      throw new IllegalStateException("a body without a head");
    }
    return complete;
  }
}
