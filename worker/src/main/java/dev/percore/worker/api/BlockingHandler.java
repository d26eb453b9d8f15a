package dev.percore.worker.api;

import java.util.Set;

/// A handler that may block: on files, on a database, on another service. It runs on the
/// worker's I/O pool, several calls at a time, so it must be thread-safe. It must not burn CPU
/// for long: that belongs into a [ComputeFunction].
public interface BlockingHandler {

  /// Short name for logs and for the `route` label of the metrics, such as `reports`.
  String name();

  /// Where it is mounted: a path that begins with a slash. With a slash at its end it serves
  /// everything below, otherwise that path alone.
  String path();

  /// The methods that it takes, in capitals. HEAD is served wherever GET is, and OPTIONS always.
  Set<String> methods();

  /// Answers one request.
  ///
  /// @throws Exception anything thrown is logged and answered with 500
  Response handle(Request request) throws Exception;

  /// Called once when the worker ends. Calls that outlived the drain have been interrupted; one
  /// that does not heed that within a second may still run.
  default void close() {}
}
