package dev.percore.master.jobs;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// Where jobs outlive their master. One master at a time has it open.
///
/// Every method returns at once, from any thread; its stage completes on a thread of the store when
/// the change would survive a crash of the machine, or exceptionally when it may not have been
/// made. Changes take effect in the order of their calls. Whoever completes on such a stage must
/// not block.
///
/// Written with a second implementation in mind, an external engine. With Redis, a job would be a
/// hash `job:{id}`, its bodies the strings `request:{id}` and `answer:{id}`, and the queue a
/// stream: each method below says how it maps. Durability is then that of `appendfsync always` and
/// `WAIT`.
public interface JobStore extends AutoCloseable {

  /// Opens the store and reads all jobs, in the order of their sequence. While another master has
  /// it open, it waits.
  ///
  /// Redis: takes a lease (`SET owner NX PX`), then `SCAN` and `HGETALL`; entries of the stream
  /// that are pending for consumers of a former owner are claimed (`XAUTOCLAIM`).
  CompletionStage<List<Job>> open();

  /// Adds a job with its request.
  ///
  /// Redis: `MULTI`, `HSET job:{id}`, `SET request:{id}`, `XADD queue`, `EXEC`.
  CompletionStage<Void> add(Job job, byte[] request);

  /// Writes what is known of a job.
  ///
  /// Redis: `HSET job:{id}`. A job that goes back into the queue keeps its entry in the stream,
  /// pending, and is claimed (`XCLAIM`) by who runs it next.
  CompletionStage<Void> update(Job job);

  /// Writes the end of a job with its answer, and forgets its request.
  ///
  /// Redis: `MULTI`, `HSET job:{id}`, `SET answer:{id}`, `DEL request:{id}`, `XACK`, `XDEL`,
  /// `EXEC`.
  CompletionStage<Void> end(Job job, byte[] answer);

  /// The request of a job that has not ended; empty if it is not there.
  ///
  /// Redis: `GET request:{id}`.
  CompletionStage<byte[]> request(String id);

  /// The answer of a job that has ended; empty if it is not there.
  ///
  /// Redis: `GET answer:{id}`.
  CompletionStage<byte[]> answer(String id);

  /// Removes jobs with all that belongs to them.
  ///
  /// Redis: `DEL job:{id} request:{id} answer:{id}`, or `EXPIRE` from the start.
  CompletionStage<Void> remove(Collection<String> ids);

  /// Completes what was asked for and lets go, so that another master can open it. Blocks until
  /// then. What is asked for afterwards fails.
  @Override
  void close();
}
