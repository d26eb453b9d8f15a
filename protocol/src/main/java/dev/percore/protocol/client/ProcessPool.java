package dev.percore.protocol.client;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A pool of worker processes that compute, in the manner of Python's `multiprocessing.Pool`: those
/// of a server that runs ([#connect]) or of one that is started for this program alone ([#start]).
///
/// A call names a function of the server's catalogue, plugins included, and its arguments. A call
/// whose connection broke is tried once more on a new connection, for functions have no side
/// effects; [PoolBuilder#retry] turns that off for those that do. No more calls are sent at a time
/// than [PoolBuilder#connections] says; others wait here.
///
/// Thread-safe.
public final class ProcessPool implements AutoCloseable {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Connections connections;
  private final @Nullable PrivateServer server;
  private final Semaphore places;
  private final boolean retry;
  private final int window;
  private final Admission admission = new Admission(this::lastCallIsOver);
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  ProcessPool(Endpoint endpoint, @Nullable PrivateServer server, PoolBuilder options) {
    this.connections = new Connections(endpoint);
    this.server = server;
    this.places = new Semaphore(options.connections());
    this.retry = options.retry();
    this.window = options.window();
  }

  /// The workers of a server that runs. It goes on when the pool is closed.
  ///
  /// @param address `unix:/path/to/socket` or `http://host:port`
  /// @throws IllegalArgumentException if the address is neither
  /// @throws ConnectionLostException if nobody listens there
  public static ProcessPool connect(String address) {
    return builder().connect(address);
  }

  /// The same by a URI.
  public static ProcessPool connect(URI address) {
    return connect(address.toString());
  }

  /// Starts a master and its workers for this program alone, over a Unix socket and without a TCP
  /// port. They end with the pool, or with this process, however it ends. The distribution is found
  /// by the system property `percore.home` or the environment variable `PERCORE_HOME`.
  ///
  /// @throws IOException if it does not start; the message has the end of its log
  public static ProcessPool start(int workers) throws IOException, InterruptedException {
    return builder().workers(workers).start();
  }

  /// For all that is not as usual.
  public static PoolBuilder builder() {
    return new PoolBuilder();
  }

  /// Calls a function and waits for its result.
  ///
  /// @throws RemoteException if the server answers with a problem
  /// @throws ConnectionLostException if there is no answer
  /// @throws java.util.concurrent.RejectedExecutionException if the pool is closed
  public Result apply(String function, Map<String, ?> arguments) {
    return await(applyAsync(function, arguments));
  }

  /// The same for so long; then the call is cancelled.
  ///
  /// @throws TimeoutException if the time is over
  public Result apply(String function, Map<String, ?> arguments, Duration limit)
      throws TimeoutException, InterruptedException {
    CompletableFuture<Result> call = applyAsync(function, arguments);
    try {
      return call.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException failure) {
      throw unwrapped(failure.getCause(), failure);
    } catch (TimeoutException | InterruptedException givenUp) {
      call.cancel(true);
      throw givenUp;
    }
  }

  /// Calls a function. Callbacks and error callbacks are stages of the future: `thenAccept`,
  /// `exceptionally`. To cancel it closes its connection, by which the server cancels the task; to
  /// cancel one of its stages does not.
  ///
  /// @throws java.util.concurrent.RejectedExecutionException if the pool is closed
  public CompletableFuture<Result> applyAsync(String function, Map<String, ?> arguments) {
    if (!function.matches("[A-Za-z0-9_-]+")) {
      throw new IllegalArgumentException("found '" + function + "', allowed: a function's name");
    }
    byte[] json = MAPPER.writeValueAsBytes(arguments);
    admission.enter();
    Call call = new Call();
    Thread.ofVirtual().name("call-" + function).start(() -> run(call, function, json));
    return call;
  }

  private void run(Call call, String function, byte[] json) {
    try {
      places.acquire();
      try {
        HttpAnswer answer = answer(call, "/calc/" + function, json);
        call.complete(Result.of(function, answer));
      } finally {
        places.release();
      }
    } catch (IOException lost) {
      call.completeExceptionally(new ConnectionLostException(lost));
    } catch (InterruptedException | RuntimeException failure) {
      call.completeExceptionally(failure);
    } finally {
      admission.leave();
    }
  }

  private HttpAnswer answer(Call call, String target, byte[] json) throws IOException {
    try {
      return attempt(call, target, json, false);
    } catch (ProtocolException noHttp) {
      throw noHttp;
    } catch (IOException broken) {
      if (!retry || call.isDone()) {
        throw broken;
      }
      return attempt(call, target, json, true);
    }
  }

  private HttpAnswer attempt(Call call, String target, byte[] json, boolean fresh)
      throws IOException {
    HttpConnection connection = connections.take(fresh);
    try {
      if (!call.isOn(connection)) {
        throw new IOException("the call is cancelled");
      }
      return connection.exchange("POST", target, json);
    } finally {
      boolean _ = call.isOn(null);
      connections.giveBack(connection);
    }
  }

  /// Calls a function once for each element, and waits for all results.
  ///
  /// @return in the order of the elements
  /// @throws RemoteException what the first failed call throws; the others are cancelled
  public List<Result> map(String function, Collection<? extends Map<String, ?>> elements) {
    List<Result> all = new ArrayList<>(elements.size());
    try (Results results = imap(function, elements)) {
      results.forEachRemaining(all::add);
    }
    return List.copyOf(all);
  }

  /// Calls a function once for each element, and gives the results in their order, each as soon as
  /// it and those before it are there. Elements are asked for as results are taken.
  public Results imap(String function, Iterable<? extends Map<String, ?>> elements) {
    return new Results(calls(function, elements.iterator()), window, true);
  }

  /// The same in the order in which the results come.
  public Results imapUnordered(String function, Iterable<? extends Map<String, ?>> elements) {
    return new Results(calls(function, elements.iterator()), window, false);
  }

  private Iterator<CompletableFuture<Result>> calls(
      String function, Iterator<? extends Map<String, ?>> elements) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return elements.hasNext();
      }

      @Override
      public CompletableFuture<Result> next() {
        return applyAsync(function, elements.next());
      }
    };
  }

  /// The processes of the workers, by slot, as they are now.
  ///
  /// @throws IllegalStateException if the pool has not started the server, or the server has ended
  public List<PoolProcess> processes() {
    return started().processes();
  }

  /// The process of the private master.
  ///
  /// @throws IllegalStateException if the pool has not started the server
  public ProcessHandle master() {
    return started().master();
  }

  private PrivateServer started() {
    if (server == null) {
      throw new IllegalStateException("the pool is connected to a server that it has not started");
    }
    return server;
  }

  /// Takes no more calls, and waits for none. Those under way go on; after the last of them a
  /// private server stops. To be repeated without harm.
  @Override
  public void close() {
    admission.close();
  }

  /// Takes no more calls and cuts those under way, which fail with [ConnectionLostException]; a
  /// private server stops at once.
  public void terminate() {
    admission.close();
    connections.cutAll();
    if (server != null) {
      server.kill();
    }
  }

  /// Waits until the calls have ended and, after that, the private server.
  ///
  /// @throws IllegalStateException if the pool is neither closed nor terminated
  public void join() throws InterruptedException {
    if (!admission.isClosed()) {
      throw new IllegalStateException("the pool is still open: close() or terminate() it first");
    }
    try {
      over.get();
    } catch (ExecutionException failure) {
      throw unwrapped(failure.getCause(), failure);
    }
  }

  private void lastCallIsOver() {
    connections.closeIdle();
    if (server == null) {
      over.complete(null);
      return;
    }
    server.stop();
    server
        .end()
        .whenComplete(
            (_, failure) -> {
              if (failure == null) {
                over.complete(null);
              } else {
                over.completeExceptionally(failure);
              }
            });
  }

  static Result await(Future<Result> call) {
    try {
      return call.get();
    } catch (ExecutionException failure) {
      throw unwrapped(failure.getCause(), failure);
    } catch (InterruptedException interrupted) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      throw new CompletionException(interrupted);
    }
  }

  // Its own exceptions as they are: they tell the caller more than where they were thrown.
  private static RuntimeException unwrapped(@Nullable Throwable cause, Exception failure) {
    return cause instanceof RemoteException || cause instanceof ConnectionLostException
        ? (RuntimeException) cause
        : new CompletionException(cause == null ? failure : cause);
  }
}
