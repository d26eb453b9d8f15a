package table;

import common.Http;
import common.Question;
import common.Server;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The memory of connections on which nothing is under way, after one answer each. The kernel's
/// share is the same for every server, and not part of it.
record IdleConnections() implements Row {
  private static final int CONNECTIONS = 10_000;
  private static final int THREADS = 8;
  private static final int SETTLE_MILLIS = 1_000;
  private static final Target WITHIN = new Target.TimesAtMost(2);

  /// The default allows just as many, and the client that checks needs some too.
  private static final Map<String, String> SETTINGS =
      Map.of("workers", "1", "limits.connections", "20000");

  @Override
  public String name() {
    return "idle-connections";
  }

  @Override
  public List<Line> measure(Bench bench) throws Exception {
    List<Double> percore = new ArrayList<>();
    List<Double> nginx = new ArrayList<>();
    for (int i = 0; i < bench.rounds(); i++) {
      percore.add(kilobytes(() -> bench.percore(SETTINGS)));
      nginx.add(kilobytes(() -> bench.nginx(1)));
    }
    String what = "10,000 idle, kB of each";
    Figure ours = new Figure(percore);
    return List.of(
        Line.beside(what, ours, "nginx", new Figure(nginx), WITHIN),
        Line.stated(what, ours, "Node", Figure.of(kilobytes(() -> bench.node(1)))));
  }

  private static double kilobytes(Bench.Starter starter) throws Exception {
    List<Http> connections = new ArrayList<>();
    try (Server server = starter.start()) {
      open(server, 1).getFirst().close(); // what the first connection has loaded is not of each
      Thread.sleep(SETTLE_MILLIS);
      double before = Memory.megabytesPerWorker(server);
      connections.addAll(open(server, CONNECTIONS));
      Thread.sleep(SETTLE_MILLIS);
      double after = Memory.megabytesPerWorker(server);
      for (Http connection : connections) {
        connection.ask(Question.HEALTH); // they are all still there
      }
      return (after - before) * 1e3 / CONNECTIONS;
    } finally {
      for (Http connection : connections) {
        connection.close();
      }
    }
  }

  private static List<Http> open(Server server, int count) throws Exception {
    List<Future<Http>> opening = new ArrayList<>();
    List<Http> connections = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      for (int i = 0; i < count; i++) {
        opening.add(threads.submit(() -> open(server)));
      }
      for (Future<Http> one : opening) {
        connections.add(one.get());
      }
    }
    return connections;
  }

  private static Http open(Server server) throws IOException {
    Http connection = new Http(server.base());
    connection.ask(Question.HEALTH);
    return connection;
  }
}
