package dev.percore.master.jobs;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What is known of a job beside the body of its request and that of its answer, which may be
/// large and stay in the store. Immutable.
///
/// @param origin what it was when it was accepted
/// @param attempts how often its function was begun
/// @param deaths how many workers have died while they ran it
/// @param startedMillis when its function was last begun, in milliseconds since 1970; 0 if never
/// @param end how it ended, or [End#NONE]
/// @param delivery how the news of its end gets to who wants it
public record Job(
    Origin origin,
    JobState state,
    int attempts,
    int deaths,
    long startedMillis,
    End end,
    Delivery delivery) {

  /// Space that a job takes beside both bodies, roughly, in bytes.
  private static final int OVERHEAD = 512;

  /// What never changes of a job.
  ///
  /// @param id 128 random bits, as text for a URL
  /// @param sequence grows from job to job: the order in which they wait
  /// @param order what its client wants
  /// @param createdMillis when it was accepted, in milliseconds since 1970
  /// @param requestBytes length of the request's body
  public record Origin(
      String id, long sequence, Order order, long createdMillis, int requestBytes) {}

  /// What a client wants.
  ///
  /// @param call what to compute
  /// @param key Idempotency-Key of the request, or empty
  /// @param fingerprint of the request, by which a repeated key is told from a reused one
  /// @param callbacks who is to be told of the end
  public record Order(Call call, String key, String fingerprint, Callbacks callbacks) {}

  /// The request without its body.
  ///
  /// @param query encoded
  /// @param contentType of the body, or empty
  /// @param idempotent whether it may be run again when a worker died that ran it
  public record Call(
      String function, String method, String query, String contentType, boolean idempotent) {}

  /// The end of a job, and its answer without its body.
  ///
  /// @param millis when it ended, in milliseconds since 1970
  /// @param status of the answer
  /// @param contentType of the answer
  /// @param bytes length of the answer's body
  public record End(long millis, int status, String contentType, int bytes) {
    /// Of a job that has not ended.
    static final End NONE = new End(0, 0, "", 0);
  }

  static Job queued(Origin origin) {
    return new Job(origin, JobState.QUEUED, 0, 0, 0, End.NONE, Delivery.NONE);
  }

  Job started(long now) {
    return new Job(origin, JobState.RUNNING, attempts + 1, deaths, now, End.NONE, Delivery.NONE);
  }

  /// Back into the queue, at its old place.
  ///
  /// @param died whether a worker has died that ran it
  Job requeued(boolean died) {
    int known = deaths + (died ? 1 : 0);
    return new Job(
        origin, JobState.QUEUED, attempts, known, startedMillis, End.NONE, Delivery.NONE);
  }

  Job ended(JobState how, End answered) {
    Delivery due = callbacks().of(how).isEmpty() ? Delivery.NONE : Delivery.due(answered.millis());
    return new Job(origin, how, attempts, deaths, startedMillis, answered, due);
  }

  Job with(Delivery next) {
    return new Job(origin, state, attempts, deaths, startedMillis, end, next);
  }

  String id() {
    return origin.id();
  }

  long sequence() {
    return origin.sequence();
  }

  /// What to compute.
  public Call call() {
    return origin.order().call();
  }

  Callbacks callbacks() {
    return origin.order().callbacks();
  }

  /// URL of who is told of the end of a job that has ended; empty if nobody is.
  String receiver() {
    return callbacks().of(state);
  }

  /// The hosts that may still have to be told.
  Set<String> owes() {
    if (callbacks().isNone()) {
      return Set.of();
    }
    Stream<String> urls =
        state.isEnd()
            ? Stream.of(receiver()).filter(_ -> delivery.isPending())
            : Stream.of(callbacks().success(), callbacks().failure());
    return urls.flatMap(url -> Callbacks.host(url).stream()).collect(Collectors.toSet());
  }

  /// Space that it takes in the store, roughly, in bytes. A job that has ended has no request any
  /// more.
  long size() {
    int body = state.isEnd() ? end.bytes() : origin.requestBytes();
    return OVERHEAD + (long) body + call().query().length() + callbacks().length();
  }

  /// Memory that it takes in the book, roughly, in bytes.
  long memory() {
    int texts = call().query().length() + origin.order().key().length() + callbacks().length();
    return 2L * OVERHEAD + texts;
  }
}
