package dev.percore.worker.http.server;

import dev.percore.worker.http.RequestLines;
import dev.percore.worker.http.parse.BodySink;
import dev.percore.worker.http.parse.Input;
import dev.percore.worker.http.parse.RequestParser;
import dev.percore.worker.http.parse.RequestRejectedException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way of a body from its connection to whoever takes it while it arrives. What there is no
/// room for stays in the input, and when that is full the connection is not read. For the event
/// loop.
final class BodyIntake {
  private static final Logger log = LoggerFactory.getLogger(BodyIntake.class);

  private static final BodySink NOWHERE =
      new BodySink() {
        @Override
        public boolean hasRoom() {
          return true;
        }

        @Override
        public void append(byte[] source, int from, int length) {}
      };

  private final RequestParser parser;
  private final Input input;
  private final Outbox outbox;
  private final Deadline deadline;
  private final IncomingLines lines;
  private final long timeoutNanos;
  private long leftNanos;
  private boolean complete;
  private boolean broken;
  private boolean over;

  /// @param deadline is this object's until [#close]
  /// @param resume has [#proceed] called soon; from any thread
  BodyIntake(
      Shared shared,
      RequestParser parser,
      Input input,
      Outbox outbox,
      Deadline deadline,
      Runnable resume) {
    this.parser = parser;
    this.input = input;
    this.outbox = outbox;
    this.deadline = deadline;
    lines = new IncomingLines(shared.budget(), shared.limits().body(), () -> wake(resume));
    timeoutNanos = shared.timing().bodyNanos();
    leftNanos = timeoutNanos;
  }

  RequestLines lines() {
    return lines;
  }

  /// Passes on what has arrived, as far as there is room.
  ///
  /// @param lost whether something that has arrived could not be kept
  void proceed(long nowNanos, boolean lost) {
    if (!over && parser.takeContinueDue()) {
      outbox.sendContinue();
    }
    boolean stuck;
    do {
      stuck = take(lost);
      lines.tell();
      // Whoever was told may have made room, or may have given its answer.
    } while (stuck && !over && lines.hasRoom());
    lines.settle();
    watch(nowNanos);
  }

  /// No line has come in time.
  void expire() {
    over = true;
    deadline.clear();
    lines.end(Refusals.REQUEST_TIMEOUT);
    lines.tell();
  }

  /// What has not been taken of the body is not wanted any more.
  ///
  /// @return whether the body is complete, so that the connection can go on
  boolean skip() {
    close();
    if (!complete && !broken) {
      try {
        complete = parser.readBody(input, NOWHERE);
      } catch (RequestRejectedException e) {
        log.debug("the rest of a body that nobody wants is not valid either", e);
        broken = true;
      }
    }
    return complete;
  }

  /// Ends it.
  void close() {
    over = true;
    deadline.clear();
    lines.close();
  }

  /// Returns whether something is left for want of room.
  private boolean take(boolean lost) {
    if (over) {
      return false;
    }
    try {
      if (lost) {
        throw RequestRejectedException.tooMuchInFlight();
      }
      complete = parser.readBody(input, lines);
      if (complete) {
        over = true;
        lines.end(null);
      }
    } catch (RequestRejectedException e) {
      broken = true;
      over = true;
      lines.end(e.problem());
    }
    return !over && lines.isFull();
  }

  private static void wake(Runnable resume) {
    try {
      resume.run();
    } catch (RejectedExecutionException e) {
      log.debug("a body was being taken after the event loop had ended", e);
    }
  }

  private void watch(long nowNanos) {
    if (over) {
      return;
    }
    boolean advanced = lines.takeAdvanced();
    if (advanced) {
      leftNanos = timeoutNanos;
    } else if (deadline.isSet()) {
      // What the client has used up of its time, though the taker may be busy with half a line now.
      leftNanos = deadline.leftNanos(nowNanos);
    }
    if (!lines.isIdle()) {
      deadline.clear();
    } else if (advanced || !deadline.isSet()) {
      deadline.set(nowNanos, leftNanos);
    }
  }
}
