package dev.percore.protocol.peer;

import java.util.List;

/// A message between two workers of one generation. Both come from the same distribution and were
/// introduced by the same master, so messages carry no version.
///
/// A [Task] or [Done] tells the length of its content, which follows in [Part]s with nothing in
/// between: so a frame stays small, however large the content is.
public sealed interface PeerMessage {

  /// The sender has tasks that wait: ask for one.
  record Poke() implements PeerMessage {}

  /// The sender's lane is idle: give it a task. Answered by [Task] or [Declined].
  record Pull() implements PeerMessage {}

  /// There is no task to give.
  record Declined() implements PeerMessage {}

  /// A task, which is the receiver's to run.
  ///
  /// @param id number of the task, chosen by the giver
  /// @param asked whether it answers a [Pull]; if not, the receiver may give it back if it has
  ///     something else to do by now
  /// @param query the parameters of the query, decoded, in their order
  /// @param contentType empty if there is none
  /// @param client who it is for, for the fairness between clients
  /// @param remainingNanos time until its deadline
  /// @param queuedNanos time that it has waited so far
  /// @param bodyLength bytes of the request's body, in the parts that follow
  record Task(
      long id,
      boolean asked,
      String function,
      String method,
      List<Field> query,
      String contentType,
      String client,
      long remainingNanos,
      long queuedNanos,
      int bodyLength)
      implements PeerMessage {
    public Task {
      query = List.copyOf(query);
    }
  }

  /// How a task ended.
  ///
  /// @param bodyLength bytes of the answer's body, in the parts that follow
  record Done(long id, int status, List<Field> fields, int bodyLength) implements PeerMessage {
    public Done {
      fields = List.copyOf(fields);
    }
  }

  /// A header field of an answer, or a parameter of a query.
  record Field(String name, String value) {}

  /// The task has not been run and will not be: it is the giver's again.
  record Returned(long id) implements PeerMessage {}

  /// Nobody waits for the task any more.
  record Cancel(long id) implements PeerMessage {}

  /// A piece of the content of the message before.
  ///
  /// @param bytes not copied; the giver must not change them afterwards
  record Part(byte[] bytes, int offset, int length) implements PeerMessage {
    /// Longest piece.
    static final int LENGTH_MAX = 256 * 1024;
  }
}
