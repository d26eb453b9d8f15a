package dev.percore.config;

import dev.percore.config.net.IpRange;
import dev.percore.config.net.ListenAddress;
import dev.percore.config.net.TrustedProxies;
import java.net.InetAddress;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
    Jobs jobs,
    Poison poison,
    Webhooks webhooks,
    Limits limits,
    Timeouts timeouts,
    Shutdown shutdown,
    Reload reload,
    Supervision supervision,
    ClientLimits clientLimits,
    Proxies proxies,
    Bundles bundles,
    Privileges privileges,
    Log log,
    AccessLog accessLog,
    StaticFiles staticFiles) {

  /// Where the service listens.
  ///
  /// @param address an IPv4 or IPv6 address
  /// @param port 0 to 65535; 0 lets the kernel choose one port for all workers
  /// @param tcp whether it listens there at all; otherwise `extra` is not empty
  /// @param backlog connections that may wait in one worker's accept queue
  /// @param proxyProtocol whether connections to that address begin with a PROXY header
  /// @param extra further addresses
  /// @param tcpNoDelay whether small answers leave at once
  /// @param fastOpen connections that may carry data in their first packet; 0 turns it off
  /// @param incomingCpu whether connections go where the kernel has received them
  /// @param keepAlive null when silent peers are not probed
  /// @param unixMode who may connect to Unix sockets
  public record Listen(
      String address,
      int port,
      boolean tcp,
      int backlog,
      boolean proxyProtocol,
      List<ListenAddress> extra,
      boolean tcpNoDelay,
      int fastOpen,
      boolean incomingCpu,
      @Nullable KeepAlive keepAlive,
      Set<PosixFilePermission> unixMode) {

    /// Copies what could change later.
    public Listen {
      extra = List.copyOf(extra);
      unixMode = Set.copyOf(unixMode);
    }

    /// One address, with all else at its default.
    public Listen(String address, int port, int backlog) {
      this(
          address,
          port,
          true,
          backlog,
          false,
          List.of(),
          true,
          0,
          false,
          null,
          ListenSettings.mode("0660"));
    }

    /// All addresses, the main one first, if there is one on TCP.
    public List<ListenAddress> addresses() {
      List<ListenAddress> all = new ArrayList<>();
      if (tcp) {
        all.add(new ListenAddress.Tcp(InetAddress.ofLiteral(address), port, proxyProtocol));
      }
      all.addAll(extra);
      return List.copyOf(all);
    }
  }

  /// How the kernel probes whether a silent peer is still there.
  ///
  /// @param idle how long a peer may be silent before it is probed
  /// @param interval between two probes
  /// @param count probes without an answer after which the connection is closed
  public record KeepAlive(Duration idle, Duration interval, int count) {}

  /// Whom to believe about a client's address.
  ///
  /// @param trusted whose PROXY headers and forwarded fields are believed
  /// @param field the field in which they tell it
  public record Proxies(TrustedProxies trusted, ForwardedField field) {}

  /// Where the master's admin endpoints listen.
  ///
  /// @param port 0 to 65535; 0 lets the kernel choose
  /// @param tcp whether they listen there at all, or on the control socket alone
  /// @param scrapeTimeout how long a scrape waits for a worker's fresh figures before it uses the
  ///     last ones known
  /// @param warmUp longest time in which the master rehearses scrapes
  public record Admin(
      String address, int port, boolean tcp, Duration scrapeTimeout, Duration warmUp) {}

  /// How a worker's JVM is started, and how long it serves.
  ///
  /// @param heapBytes maximum heap, in bytes
  /// @param jvmOptions further JVM options, after ours, so that they win
  /// @param warmUp longest time of rehearsal before it accepts connections, where others serve
  /// @param firstWarmUp the same where nobody serves
  /// @param startNice nice value while it starts, and of its compiler threads for longer, 0 to 19
  /// @param pin whether the event loop is bound to the slot's core once the worker serves
  /// @param maxRequests requests after which it is replaced; 0 means never
  /// @param maxRequestsJitter up to so many more
  /// @param maxAge age at which it is replaced; zero means never
  /// @param maxRssBytes resident memory beyond which it is replaced; 0 means no limit
  public record WorkerProcess(
      long heapBytes,
      List<String> jvmOptions,
      Duration warmUp,
      Duration firstWarmUp,
      int startNice,
      boolean pin,
      int maxRequests,
      int maxRequestsJitter,
      Duration maxAge,
      long maxRssBytes) {}

  /// The pool for handlers that block.
  public record Io(int threads, int queue) {}

  /// The compute lane.
  ///
  /// @param queue tasks that may wait, beside the one that runs
  /// @param timeout longest time from acceptance to answer
  /// @param nice nice value of the compute thread, 0 to 19
  /// @param pin whether the thread is bound to the slot's core
  /// @param slowAfter how long a task runs until the log tells where it is; zero for never
  public record Compute(int queue, Duration timeout, int nice, boolean pin, Duration slowAfter) {}

  /// Calls that are accepted now and computed later.
  ///
  /// @param dir the folder of the store
  /// @param queue jobs that may wait or run
  /// @param attempts workers that may die while they run the same job
  /// @param keep how long a job that has ended is kept
  /// @param sizeBytes of the requests and results of all jobs
  /// @param resultSizeBytes largest result of one job
  public record Jobs(
      Path dir, int queue, int attempts, Duration keep, long sizeBytes, int resultSizeBytes) {}

  /// Calls at which workers die.
  ///
  /// @param deaths so many make a call one that is refused; 0 means that none is
  /// @param window how long a death is held against a call
  /// @param refuse how long such a call is refused after the last death
  public record Poison(int deaths, Duration window, Duration refuse) {

    /// Whether any call is ever refused.
    public boolean isOn() {
      return deaths > 0;
    }
  }

  /// Who is told of the ends of jobs.
  ///
  /// @param hosts in lower case, `*.` and a domain for all names below it, and a port or `:*`
  ///     behind; empty for nobody
  /// @param secretFile null if there is none, and then no hosts either
  /// @param privateAddresses whether hosts may have addresses of this machine and private ones
  /// @param timeout of one attempt
  /// @param attempts to deliver one end
  /// @param inFlight attempts at a time
  /// @param pendingPerHost jobs with a callback at one host that is still to come
  public record Webhooks(
      List<String> hosts,
      @Nullable Path secretFile,
      boolean privateAddresses,
      Duration timeout,
      int attempts,
      Duration backoffInitial,
      Duration backoffMax,
      int inFlight,
      int pendingPerHost) {}

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
  /// @param header from the first byte of a request (or from the accept) to the end of its
  ///     headers
  /// @param body from the end of the headers to the end of the body
  /// @param idle a keep-alive connection without a request
  /// @param write a response without progress because the client does not read
  public record Timeouts(Duration header, Duration body, Duration idle, Duration write) {}

  /// How long a stop may take.
  ///
  /// @param fast after TERM or INT, how long requests in flight may still take
  /// @param graceful after QUIT, the same
  public record Shutdown(Duration fast, Duration graceful) {}

  /// How a reload changes over to a new configuration.
  ///
  /// @param drain how long requests in flight may go on in a worker that was replaced
  /// @param maxDraining workers of one slot that may drain at a time
  /// @param golden paths that a canary must answer well before it serves
  /// @param observe how long a worker of a canary reload is watched
  /// @param errorRisePercent by how much the share of failed requests may rise meanwhile
  /// @param latencyRisePercent by how much the 99th percentile of the response time may rise
  public record Reload(
      ReloadStrategy strategy,
      Duration drain,
      int maxDraining,
      List<String> golden,
      Duration observe,
      int errorRisePercent,
      int latencyRisePercent) {}

  /// When a worker is killed or replaced.
  ///
  /// @param bootTimeout from spawn to ready
  /// @param heartbeatInterval between two signs of life
  /// @param heartbeatTimeout without a sign of life a worker is killed
  /// @param backoffInitial delay before the second respawn in a crash loop; doubles each time
  /// @param backoffMax longest such delay
  /// @param stableAfter a worker that lived this long ends the crash loop
  /// @param adoptAfter without a sign of life for so long, another worker accepts for it
  /// @param laneGrace how long a computation may outlive its deadline before its worker is
  ///     replaced
  /// @param nice of the thread that does this, -20 to 0
  public record Supervision(
      Duration bootTimeout,
      Duration heartbeatInterval,
      Duration heartbeatTimeout,
      Duration backoffInitial,
      Duration backoffMax,
      Duration stableAfter,
      Duration adoptAfter,
      Duration laneGrace,
      int nice) {}

  /// Limits on each client, counted across all workers.
  ///
  /// @param header whose value tells clients apart; null to tell them apart by their address
  /// @param connections open connections of one address; 0 means no limit
  /// @param concurrent requests of one client that are answered at a time; 0 means no limit
  /// @param rate requests of one client in the long run; null means no limit
  /// @param burst how many requests may come ahead of the rate
  /// @param dryRun whether what is over a limit is only counted
  /// @param table how many clients are kept in mind
  /// @param exempt addresses without limits
  public record ClientLimits(
      @Nullable String header,
      int connections,
      int concurrent,
      @Nullable Rate rate,
      int burst,
      boolean dryRun,
      int table,
      List<IpRange> exempt) {

    /// Whether there is any limit.
    public boolean isOn() {
      return connections > 0 || concurrent > 0 || rate != null;
    }
  }

  /// So many requests in each period.
  public record Rate(int requests, Duration period) {}

  /// What is kept of a worker that died.
  ///
  /// @param dir the folder of all bundles
  /// @param count bundles that are kept
  /// @param sizeBytes of all of them together
  /// @param heapDump whether a worker that runs out of memory writes its heap
  /// @param flightRecorder whether workers record what they do
  public record Bundles(
      Path dir, int count, long sizeBytes, boolean heapDump, boolean flightRecorder) {}

  /// As whom the workers run, and what others may do with new files.
  ///
  /// @param user name of the workers' user; null for the one who starts the server
  /// @param group name of the workers' group; null for the user's own
  /// @param umask the bits that new files and folders do not get
  public record Privileges(@Nullable String user, @Nullable String group, int umask) {}

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
  /// @param cacheBytes memory of each worker for small files; 0 for none
  /// @param cacheValid how old a file from there may be
  public record StaticFiles(
      @Nullable Path root, String path, String index, long cacheBytes, Duration cacheValid) {}

  /// How a reload replaces the workers.
  public enum ReloadStrategy {
    /// One slot after the other.
    ROLLING,
    /// All slots at once, when all the new workers are ready.
    BLUE_GREEN,
    /// One slot on probation, then one after the other.
    CANARY
  }

  /// The header field in which a proxy tells the client's address.
  public enum ForwardedField {
    X_FORWARDED_FOR,
    /// RFC 7239.
    FORWARDED
  }

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
