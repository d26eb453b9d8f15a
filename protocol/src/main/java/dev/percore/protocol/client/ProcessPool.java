package dev.percore.protocol.client;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A pool of processes that compute, in the manner of Python's `multiprocessing.Pool`: the workers
/// of a server that runs ([#connect]), or of one that is started for this program alone ([#start]).
///
/// A call names a function of the server's catalogue, plugins included, and its arguments. No more
/// requests are sent at a time than [PoolBuilder#calls] says; others wait here. A call whose
/// connection broke, as when its worker was killed, is sent once more, since functions need not
/// have side effects; [PoolBuilder#retry] turns that off for those that do.
///
/// What goes wrong with a call is an unchecked exception: [RemoteException] for what the server
/// says, [ConnectionLostException] if there is no answer, [RejectedExecutionException] if the pool
/// is closed, [IllegalArgumentException] for a name that no function can have, and
/// [JacksonException] for arguments of a call that cannot be written as JSON; a map ends with a
/// [CompletionException] there.
///
/// Thread-safe.
public final class ProcessPool implements AutoCloseable {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /// Elements of one request at most, as of one task in the server.
  private static final int CHUNK_MAX = 10_000;

  private final Connections connections;
  private final @Nullable PrivateServer server;
  private final int workers;
  private final Admission admission = new Admission(this::lastIsOver);
  private final Sender sender;
  private final Set<Feeder> feeders = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  /// @param server null if it is not ours
  ProcessPool(Endpoint endpoint, @Nullable PrivateServer server, PoolBuilder options) {
    this.connections = new Connections(endpoint);
    this.server = server;
    this.workers = options.workers();
    this.sender = new Sender(connections, admission, options.calls(), options.retry());
  }

  /// The workers of a server that runs. It goes on when the pool is closed or terminated.
  ///
  /// @param address `unix:/path/to/socket` or `http://host:port`
  /// @throws IllegalArgumentException if the address is neither
  /// @throws ConnectionLostException if nobody listens there
  public static ProcessPool connect(String address) {
    return builder().connect(address);
  }

  /// The same by a URI, such as `http://localhost:8080`.
  public static ProcessPool connect(URI address) {
    return connect(address.toString());
  }

  /// The same by a Unix socket.
  public static ProcessPool connect(Path socket) {
    return connect("unix:" + socket.toAbsolutePath());
  }

  /// Starts a master and its workers for this program alone, over a Unix socket in a folder that
  /// nobody else may enter, without a TCP port, and waits until they serve. They end with the pool,
  /// or with this process, however that ends, and leave no files.
  ///
  /// The distribution is found by the system property `percore.home`, the environment variable
  /// `PERCORE_HOME`, or the place of this class's jar.
  ///
  /// @param workers 1 to 256
  /// @throws IOException if there is no distribution, or its server does not start, with the end of
  ///     its log
  public static ProcessPool start(int workers) throws IOException, InterruptedException {
    return builder().workers(workers).start();
  }

  /// For all that is not as usual.
  public static PoolBuilder builder() {
    return new PoolBuilder();
  }

  /// Calls a function and waits for its result.
  ///
  /// @param arguments by their names; values as JSON has them
  /// @throws CompletionException if the thread is interrupted, which stays so; the call is given up
  public Result apply(String function, Map<String, ?> arguments) {
    CompletableFuture<Result> call = applyAsync(function, arguments);
    try {
      return call.get();
    } catch (ExecutionException failure) {
      throw Failures.here(failure.getCause());
    } catch (InterruptedException interrupted) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      throw new CompletionException(interrupted);
    }
  }

  /// The same for so long; then the call is given up.
  ///
  /// @throws TimeoutException if the time is over
  public Result apply(String function, Map<String, ?> arguments, Duration limit)
      throws TimeoutException, InterruptedException {
    long nanos = TimeUnit.NANOSECONDS.convert(limit);
    CompletableFuture<Result> call = applyAsync(function, arguments);
    try {
      return call.get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException failure) {
      throw Failures.here(failure.getCause());
    } catch (TimeoutException | InterruptedException givenUp) {
      call.cancel(true);
      throw givenUp;
    }
  }

  /// Calls a function and returns at once. Callbacks and error callbacks are stages of the future:
  /// `thenAccept`, `exceptionally`. Those that are there when the answer comes run on a virtual
  /// thread of the call, and before [#join] returns.
  ///
  /// Whatever completes the future before the answer does, such as `cancel` or `orTimeout`, gives
  /// the call up, and the server cancels its computation. To cancel a stage that depends on it does
  /// not.
  public CompletableFuture<Result> applyAsync(String function, Map<String, ?> arguments) {
    Call call = new Call(checked(function), MAPPER.writeValueAsBytes(arguments));
    admission.enter();
    sender.send(call);
    return call.future();
  }

  /// Calls a function once for each element, and waits for all results.
  ///
  /// @param elements each an object of arguments, or the value of the function's only parameter, or
  ///     of the only one that is required
  /// @return in the order of the elements
  /// @throws RemoteException as the first element that fails; the others are given up
  public List<Result> map(String function, Collection<?> elements) {
    // As many chunks as in Python: enough for all workers to end at about the same time.
    int chunk = Math.clamp(Math.ceilDiv(elements.size(), 4 * workers), 1, CHUNK_MAX);
    List<Result> all = new ArrayList<>(elements.size());
    try (Results results = imap(function, elements, chunk)) {
      results.forEachRemaining(all::add);
    }
    return List.copyOf(all);
  }

  /// Calls a function once for each element, and gives the results in their order, each as soon as
  /// it and those before it are there. Each element is sent by itself. The input may be a stream,
  /// by `stream::iterator`.
  ///
  /// @see #imap(String, Iterable, int)
  public <T> Results imap(String function, Iterable<T> elements) {
    return imap(function, elements, 1);
  }

  /// Calls a function once for each element, and gives the results in their order. The input may be
  /// endless: twice as many chunks as there are workers are read ahead of the results that are
  /// taken, or fewer if they are long, and no more. It is read by a thread of the pool, one element
  /// at a time.
  ///
  /// @param elements as for [#map]
  /// @param chunk how many elements are sent together, 1 to 10,000. More make small calls cheaper;
  ///     each waits until its chunk is full, or the input has ended
  /// @throws IllegalArgumentException if the chunk is not
  public <T> Results imap(String function, Iterable<T> elements, int chunk) {
    return results(function, elements, chunk, true);
  }

  /// Like [#imap(String, Iterable)], in the order in which results come.
  public <T> Results imapUnordered(String function, Iterable<T> elements) {
    return imapUnordered(function, elements, 1);
  }

  /// Like [#imap(String, Iterable, int)], in the order in which results come.
  public <T> Results imapUnordered(String function, Iterable<T> elements, int chunk) {
    return results(function, elements, chunk, false);
  }

  private Results results(String function, Iterable<?> elements, int chunk, boolean ordered) {
    if (chunk < 1 || chunk > CHUNK_MAX) {
      throw new IllegalArgumentException(
          "chunk: found %d, allowed: 1 to %d".formatted(chunk, CHUNK_MAX));
    }
    String target = "/calc/" + checked(function) + "/map" + (ordered ? "" : "?unordered=true");
    Iterator<?> input = elements.iterator();
    admission.enter();
    // The server spreads the elements of one request over its workers by itself.
    int batches = Math.clamp(Math.ceilDiv(4L * workers, chunk), 2, 2 * workers);
    Feeder feeder = new Feeder(target, input, chunk, batches * chunk, this::follow, this::hasRead);
    feeders.add(feeder);
    if (connections.isCut()) {
      feeder.stop(); // it was added too late to be seen
    }
    feeder.start();
    return new Results(feeder, ordered);
  }

  private void follow(Exchange exchange) {
    admission.follow();
    sender.send(exchange);
  }

  private void hasRead(Feeder feeder) {
    feeders.remove(feeder);
    admission.leave();
  }

  private static String checked(String function) {
    if (!function.matches("[a-z][a-z0-9-]{0,63}")) {
      throw new IllegalArgumentException(
          "found '%s', allowed: a function's name, of small letters, digits and hyphens"
              .formatted(function));
    }
    return function;
  }

  /// The processes of the workers, by slot, as they are now.
  ///
  /// @throws IllegalStateException if the pool has not started the server, or the server has ended
  public List<PoolProcess> processes() {
    return started().processes();
  }

  /// The process of the private master.
  ///
  /// @throws IllegalStateException if the pool has not started the server, or the server has ended
  public ProcessHandle master() {
    return started().master();
  }

  private PrivateServer started() {
    if (server == null) {
      throw new IllegalStateException("the pool is connected to a server that it has not started");
    }
    return server;
  }

  /// Takes no more calls and maps, and waits for none: [#join] does. Those that were begun go on as
  /// long as this program does; after the last of them a private server stops. May be repeated.
  @Override
  public void close() {
    admission.close();
  }

  /// Takes no more calls and maps, and gives up those that were begun, which fail with
  /// [ConnectionLostException]; a private server stops. Waits for nothing. May be repeated.
  public void terminate() {
    admission.close();
    connections.cutAll();
    feeders.forEach(Feeder::stop);
    if (server != null) {
      server.terminate();
    }
  }

  /// Waits until all calls and maps are over and, after that, the private server has ended. Results
  /// of a map can still be taken then; but one that is not taken far enough to have read its input
  /// is not over.
  ///
  /// @throws IllegalStateException if the pool is neither closed nor terminated
  public void join() throws InterruptedException {
    if (!admission.isClosed()) {
      throw new IllegalStateException("the pool is still open: close() or terminate() it first");
    }
    try {
      over.get();
    } catch (ExecutionException failure) {
      throw Failures.here(failure.getCause());
    }
  }

  private void lastIsOver() {
    connections.close();
    if (server == null) {
      over.complete(null);
      return;
    }
    server.stop();
    var _ = server.end().thenRun(() -> over.complete(null));
  }
}
