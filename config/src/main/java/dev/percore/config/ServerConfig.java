package dev.percore.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The whole configuration in force, immutable and already validated: one record for each section
/// of `percore.yaml`. Built by [ConfigLoader] from the declarations in [Settings].
///
/// @param workers number of worker processes, 1 to 256, with `auto` already resolved
public record ServerConfig(
    int workers,
    Listen listen,
    Admin admin,
    Path runDir,
    Path pluginsDir,
    WorkerProcess worker,
    Io io,
    Compute compute,
    Limits limits,
    Timeouts timeouts,
    Shutdown shutdown,
    Supervision supervision,
    Log log,
    AccessLog accessLog,
    StaticFiles staticFiles) {

  /// Where the service listens.
  ///
  /// @param address an IPv4 or IPv6 address
  /// @param port 0 to 65535; 0 lets the kernel choose one port for all workers
  /// @param backlog connections that may wait in one worker's accept queue
  public record Listen(String address, int port, int backlog) {}

  /// Where the master's admin endpoints listen.
  ///
  /// @param port 0 to 65535; 0 lets the kernel choose
  /// @param scrapeTimeout how long a scrape waits for a worker's fresh figures before it uses the
  ///     last ones known
  public record Admin(String address, int port, Duration scrapeTimeout) {}

  /// How a worker's JVM is started.
  ///
  /// @param heapBytes maximum heap, in bytes
  /// @param jvmOptions further JVM options, after ours, so that they win
  public record WorkerProcess(long heapBytes, List<String> jvmOptions) {}

  /// The pool for handlers that block.
  public record Io(int threads, int queue) {}

  /// The compute lane.
  ///
  /// @param queue tasks that may wait, beside the one that runs
  /// @param timeout longest time from acceptance to answer
  /// @param nice nice value of the compute thread, 0 to 19
  /// @param pin whether the thread is bound to the slot's core
  public record Compute(int queue, Duration timeout, int nice, boolean pin) {}

  /// Limits on what a client controls. Sizes are in bytes.
  ///
  /// @param requestsPerConnection 0 means no limit
  public record Limits(
      int requestLine,
      int headers,
      int headerCount,
      int body,
      int connections,
      int requestsPerConnection) {}

  /// How long a client may take.
  ///
  /// @param header from the first byte of a request (or from the accept) to the end of its headers
  /// @param body from the end of the headers to the end of the body
  /// @param idle a keep-alive connection without a request
  /// @param write a response without progress because the client does not read
  public record Timeouts(Duration header, Duration body, Duration idle, Duration write) {}

  /// How long a stop may take.
  ///
  /// @param fast after TERM or INT, how long requests in flight may still take
  /// @param graceful after QUIT, the same
  public record Shutdown(Duration fast, Duration graceful) {}

  /// When a worker is killed or replaced.
  ///
  /// @param bootTimeout from spawn to ready
  /// @param heartbeatInterval between two signs of life
  /// @param heartbeatTimeout without a sign of life a worker is killed
  /// @param backoffInitial delay before the second respawn in a crash loop; doubles each time
  /// @param backoffMax longest such delay
  /// @param stableAfter a worker that lived this long ends the crash loop
  public record Supervision(
      Duration bootTimeout,
      Duration heartbeatInterval,
      Duration heartbeatTimeout,
      Duration backoffInitial,
      Duration backoffMax,
      Duration stableAfter) {}

  /// The server's log.
  ///
  /// @param file null for the standard output
  public record Log(LogLevel level, LogFormat format, @Nullable Path file) {}

  /// The log of requests.
  ///
  /// @param file null for the standard output
  public record AccessLog(AccessLogFormat format, @Nullable Path file) {}

  /// The folder that is served.
  ///
  /// @param root null when no folder is served
  /// @param path URL prefix, begins and ends with a slash
  public record StaticFiles(@Nullable Path root, String path, String index) {}

  /// Levels of the server's log.
  public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  /// Form of a line in the server's log.
  public enum LogFormat {
    TEXT,
    JSON
  }

  /// Form of a line in the access log.
  public enum AccessLogFormat {
    OFF,
    COMBINED,
    JSON
  }
}
