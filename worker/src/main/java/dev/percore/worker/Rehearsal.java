package dev.percore.worker;

import dev.percore.config.ServerConfig;
import dev.percore.config.net.ListenAddress;
import dev.percore.protocol.ControlMessage.ClientConnection;
import dev.percore.protocol.posix.PosixException;
import dev.percore.protocol.posix.SocketPair;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Requests that a worker sends to itself before clients come, two hundred of them: the JVM
/// loads and compiles what serving takes. They go the whole way, over a connection and the event
/// loop to handlers and the compute lane and back, but through a service of their own, so that no
/// figure, log or limit counts them. Connections come in both ways that there are: accepted at a
/// port, where the server has one, and handed over. In between there are tasks that move to a
/// sibling, which is a second service.
final class Rehearsal {
  private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);

  private static final List<String> TARGETS =
      List.of("/healthz", "/calc?n=1000", "/healthz", "/calc/count?n=100");

  /// Clients that ask at the same time, each on a connection of its own.
  private static final int CLIENTS_MAX = 4;

  private static final int REQUESTS_PER_CLIENT_MAX = 25;

  /// The rest is compiled while the worker serves, and clients do not notice. How long they take
  /// does not tell whether there is more of it: others want the cores, too.
  private static final int REQUESTS = 200;

  /// Computations at the same time, of which the sibling takes some.
  private static final int TOGETHER = 3;

  /// There are more rounds only where limits leave few requests for each.
  private static final int ROUNDS_TOGETHER = 4;

  /// A millisecond or two, for the interpreter and for compiled code: long enough for a task that
  /// waits to move.
  private static final String FIRST_COMPUTATION = "/calc?n=200000";

  private static final String LONG_COMPUTATION = "/calc?n=1000000";

  /// One in so many connections is handed over, the others are accepted.
  private static final int HANDED_OVER = 4;

  private static final ListenAddress ADDRESS = new ListenAddress.Unix(Path.of("rehearsal"), false);

  private final Service stage;
  private final Service sibling;
  private final IoEventLoop loop;
  private final Duration limit;
  private final Duration longest;
  private final boolean overTcp;
  private final int clients;
  private final int requestsPerClient;

  /// @param stage not started; this object starts it and closes its connections
  /// @param sibling the same
  /// @param limit how long it may take
  /// @param longest how long at most where it has to wait for processor time
  /// @param overTcp whether clients may come over TCP, too
  /// @param limits as the settings have them
  Rehearsal(
      Service stage,
      Service sibling,
      IoEventLoop loop,
      Duration limit,
      Duration longest,
      boolean overTcp,
      ServerConfig.Limits limits) {
    this.stage = stage;
    this.sibling = sibling;
    this.loop = loop;
    this.limit = limit;
    this.longest = longest;
    this.overTcp = overTcp;
    // Those of the round before may be closed a little later at the server's side.
    this.clients = Math.clamp(limits.connections() / 2, 1, CLIENTS_MAX);
    this.requestsPerClient =
        limits.requestsPerConnection() == 0
            ? REQUESTS_PER_CLIENT_MAX
            : Math.min(REQUESTS_PER_CLIENT_MAX, limits.requestsPerConnection());
  }

  /// The pid that a service has for the other one: none that a process has.
  static long pid(int row) {
    return -1L - row;
  }

  /// Rehearses. A rehearsal that fails is no reason not to serve.
  void run() {
    RehearsalTime time = RehearsalTime.begin(limit, longest);
    stage.start(loop);
    sibling.start(loop);
    Optional<RehearsalDoor> door =
        overTcp ? RehearsalDoor.open(loop, stage.front()) : Optional.empty();
    try {
      meet();
      int requests = rehearse(time, door);
      log.debug("rehearsed {} requests in {} ms", requests, time.elapsedMillis());
    } catch (TimeoutException _) {
      log.debug("the time for rehearsals is over");
    } catch (PosixException | ExecutionException | RuntimeException failure) {
      log.warn("serves without a full rehearsal", failure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      door.ifPresent(RehearsalDoor::close);
      loop.submit(sibling::part).syncUninterruptibly(); // the other end follows
      var _ = stage.front().close();
      var _ = sibling.front().close();
    }
  }

  private void meet() throws PosixException {
    SocketPair pair = SocketPair.open();
    loop.submit(
            () -> {
              stage.meet(0, pid(1), new FileDescriptor(pair.one()));
              sibling.meet(0, pid(0), new FileDescriptor(pair.other()));
              return null;
            })
        .syncUninterruptibly();
  }

  private void computeTogether(String target, RehearsalTime time)
      throws PosixException, InterruptedException, ExecutionException, TimeoutException {
    List<RehearsalClient> clients = new ArrayList<>();
    try {
      List<Future<Void>> answers = new ArrayList<>();
      for (int i = 0; i < TOGETHER; i++) {
        RehearsalClient client = handOver();
        clients.add(client);
        answers.add(client.get(target));
      }
      for (Future<Void> answer : answers) {
        await(answer, time);
      }
    } finally {
      clients.forEach(RehearsalClient::close);
    }
  }

  private int rehearse(RehearsalTime time, Optional<RehearsalDoor> door)
      throws PosixException, InterruptedException, ExecutionException, TimeoutException {
    int requests = 0;
    for (int round = 0; requests < REQUESTS && !time.isOver(); round++) {
      requests += playRound(round, door, time);
      // Once in any case: what was never done before costs the first client most.
      if (round == 0 || (round < ROUNDS_TOGETHER && !time.isOver())) {
        computeTogether(round == 0 ? FIRST_COMPUTATION : LONG_COMPUTATION, time);
      }
    }
    return requests;
  }

  // On new connections, since there may be a limit to the requests on one. Returns how many it
  // asked.
  private int playRound(int round, Optional<RehearsalDoor> door, RehearsalTime time)
      throws PosixException, InterruptedException, ExecutionException, TimeoutException {
    List<RehearsalClient> asking = new ArrayList<>();
    int each = 0;
    try {
      for (int i = 0; i < clients; i++) {
        asking.add(connect(door, i));
      }
      while (each < requestsPerClient && !time.isOver()) {
        String target = TARGETS.get((round * requestsPerClient + each) % TARGETS.size());
        List<Future<Void>> answers = new ArrayList<>();
        asking.forEach(client -> answers.add(client.get(target)));
        for (Future<Void> answer : answers) {
          await(answer, time);
        }
        each++;
      }
    } finally {
      asking.forEach(RehearsalClient::close);
    }
    return each * clients;
  }

  private static void await(Future<Void> answer, RehearsalTime time)
      throws InterruptedException, ExecutionException, TimeoutException {
    answer.get(time.remainingNanos(), TimeUnit.NANOSECONDS);
  }

  private RehearsalClient connect(Optional<RehearsalDoor> door, int client) throws PosixException {
    if (client % HANDED_OVER != 0) {
      Optional<RehearsalClient> accepted = door.flatMap(RehearsalDoor::connect);
      if (accepted.isPresent()) {
        return accepted.get();
      }
    }
    return handOver();
  }

  // As if another worker had handed the connection over.
  private RehearsalClient handOver() throws PosixException {
    SocketPair pair = SocketPair.open();
    stage
        .front()
        .takeOver(
            new ClientConnection(ADDRESS.name(), "", 0), ADDRESS, new FileDescriptor(pair.one()));
    Channel channel = new EpollDomainSocketChannel(pair.other());
    var client = new RehearsalClient(channel);
    channel.pipeline().addLast(client);
    EventLoop clients = loop; // as an IoEventLoop it would rather not take channels
    clients.register(channel).syncUninterruptibly();
    return client;
  }
}
