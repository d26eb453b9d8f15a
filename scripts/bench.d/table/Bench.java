package table;

import common.Rival;
import common.Rivals;
import common.Server;
import common.Site;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What rows measure with.
///
/// @param seconds of one round of one server
/// @param rounds of which a figure is the median
record Bench(
    Site site, Rivals rivals, StaticFiles files, Commands commands, int seconds, int rounds) {

  /// What rivals in Java have for an honest comparison: the collector with the highest throughput,
  /// and a heap that is there from the start.
  private static final String[] TUNED_JVM = {"-XX:+UseParallelGC", "-Xms256m", "-Xmx256m"};

  /// Starts a server.
  interface Starter {
    Server start() throws Exception;
  }

  /// A figure of one round.
  interface Measurement<T> {
    T of(Server server) throws Exception;
  }

  /// Measures servers in turns, each round beginning with another one.
  ///
  /// @return the rounds' results of each, by the names of the servers
  <T> Map<String, List<T>> inTurns(Map<String, Server> servers, Measurement<T> measurement)
      throws Exception {
    Map<String, List<T>> results = new LinkedHashMap<>();
    List<String> names = List.copyOf(servers.keySet());
    names.forEach(name -> results.put(name, new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < names.size(); i++) {
        String name = names.get((round + i) % names.size());
        results.get(name).add(measurement.of(servers.get(name)));
      }
    }
    return results;
  }

  Percore percore(Map<String, String> settings) throws Exception {
    return noted(Percore.start(site, settings));
  }

  Rival nginx(int workers) throws Exception {
    return noted(rivals.nginx(workers));
  }

  Rival node(int workers) throws Exception {
    return noted(rivals.node(workers));
  }

  /// With the kind of worker that keeps connections, for the others have to be connected to for
  /// each request.
  Rival gunicorn(int workers) throws Exception {
    return noted(rivals.gunicorn(workers, "-k", "gthread", "--threads", "4"));
  }

  Rival vertx() throws Exception {
    return noted(rivals.java("rivals.VertxServer", TUNED_JVM));
  }

  /// With the JVM's own choice of everything.
  Rival plainVertx() throws Exception {
    return noted(rivals.java("rivals.VertxServer"));
  }

  Rival undertow() throws Exception {
    return noted(rivals.java("rivals.UndertowServer", TUNED_JVM));
  }

  private <S extends Server> S noted(S server) {
    commands.note(server.commandLine());
    return server;
  }
}
