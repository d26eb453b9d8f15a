package dev.percore.master.jobs;

/// What is known of a job beside the body of its request and that of its answer, which may be
/// large and stay in the store. Immutable.
///
/// @param origin what it was when it was accepted
/// @param attempts how often its function was begun
/// @param deaths how many workers have died while they ran it
/// @param startedMillis when its function was last begun, in milliseconds since 1970; 0 if never
/// @param end how it ended, or [End#NONE]
public record Job(
    Origin origin, JobState state, int attempts, int deaths, long startedMillis, End end) {

  /// Space that a job takes beside both bodies, roughly, in bytes.
  private static final int OVERHEAD = 512;

  /// What never changes of a job.
  ///
  /// @param id 128 random bits, as text for a URL
  /// @param sequence grows from job to job: the order in which they wait
  /// @param call what to compute
  /// @param createdMillis when it was accepted, in milliseconds since 1970
  /// @param requestBytes length of the request's body
  /// @param key Idempotency-Key of the request, or empty
  /// @param fingerprint of the request, by which a repeated key is told from a reused one
  public record Origin(
      String id,
      long sequence,
      Call call,
      long createdMillis,
      int requestBytes,
      String key,
      String fingerprint) {}

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
    return new Job(origin, JobState.QUEUED, 0, 0, 0, End.NONE);
  }

  Job started(long now) {
    return new Job(origin, JobState.RUNNING, attempts + 1, deaths, now, End.NONE);
  }

  /// Back into the queue, at its old place.
  ///
  /// @param died whether a worker has died that ran it
  Job requeued(boolean died) {
    int known = deaths + (died ? 1 : 0);
    return new Job(origin, JobState.QUEUED, attempts, known, startedMillis, End.NONE);
  }

  Job ended(JobState how, End answered) {
    return new Job(origin, how, attempts, deaths, startedMillis, answered);
  }

  String id() {
    return origin.id();
  }

  long sequence() {
    return origin.sequence();
  }

  /// What to compute.
  public Call call() {
    return origin.call();
  }

  /// Space that it takes in the store, roughly, in bytes. A job that has ended has no request any
  /// more.
  long size() {
    int body = state.isEnd() ? end.bytes() : origin.requestBytes();
    return OVERHEAD + (long) body + call().query().length();
  }

  /// Memory that it takes in the book, roughly, in bytes.
  long memory() {
    return 2L * OVERHEAD + call().query().length() + origin.key().length();
  }
}
