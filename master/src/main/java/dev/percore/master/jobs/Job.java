package dev.percore.master.jobs;

/// What is known of a job beside the body of its request and that of its answer, which may be
/// large and stay in the store. Immutable.
///
/// @param id 128 random bits, as text for a URL
/// @param sequence grows from job to job: the order in which they wait
/// @param call what to compute
/// @param attempts how often its function was begun
/// @param deaths how many workers have died while they ran it
/// @param createdMillis when it was accepted, in milliseconds since 1970
/// @param startedMillis when its function was last begun; 0 if never
/// @param endedMillis when it ended; 0 if it has not
/// @param status of the answer; 0 if there is none yet
/// @param contentType of the answer
/// @param requestBytes length of the request's body
/// @param answerBytes length of the answer's body
/// @param key Idempotency-Key of the request, or empty
/// @param fingerprint of the request, by which a repeated key is told from a reused one
public record Job(
    String id,
    long sequence,
    Call call,
    JobState state,
    int attempts,
    int deaths,
    long createdMillis,
    long startedMillis,
    long endedMillis,
    int status,
    String contentType,
    int requestBytes,
    int answerBytes,
    String key,
    String fingerprint) {

  /// Space that a job takes beside both bodies, roughly, in bytes.
  private static final int OVERHEAD = 512;

  /// The request without its body.
  ///
  /// @param query encoded
  /// @param contentType of the body, or empty
  /// @param idempotent whether it may be run again when a worker died that ran it
  public record Call(
      String function, String method, String query, String contentType, boolean idempotent) {}

  static Job queued(
      String id, long sequence, Call call, long now, int requestBytes, String key, String print) {
    return new Job(
        id, sequence, call, JobState.QUEUED, 0, 0, now, 0, 0, 0, "", requestBytes, 0, key, print);
  }

  Job started(long now) {
    return new Job(
        id,
        sequence,
        call,
        JobState.RUNNING,
        attempts + 1,
        deaths,
        createdMillis,
        now,
        0,
        0,
        "",
        requestBytes,
        0,
        key,
        fingerprint);
  }

  /// Back into the queue, at its old place.
  ///
  /// @param died whether a worker has died that ran it
  Job requeued(boolean died) {
    return new Job(
        id,
        sequence,
        call,
        JobState.QUEUED,
        attempts,
        deaths + (died ? 1 : 0),
        createdMillis,
        startedMillis,
        0,
        0,
        "",
        requestBytes,
        0,
        key,
        fingerprint);
  }

  Job ended(JobState end, long now, int answerStatus, String type, int length) {
    return new Job(
        id,
        sequence,
        call,
        end,
        attempts,
        deaths,
        createdMillis,
        startedMillis,
        now,
        answerStatus,
        type,
        0,
        length,
        key,
        fingerprint);
  }

  /// Space that it takes in the store, roughly, in bytes.
  long size() {
    return OVERHEAD + (long) requestBytes + answerBytes + call.query().length();
  }

  /// Memory that it takes in the book, roughly, in bytes.
  long memory() {
    return 2L * OVERHEAD + call.query().length() + key.length();
  }
}
