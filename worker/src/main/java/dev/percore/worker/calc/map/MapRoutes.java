package dev.percore.worker.calc.map;

import dev.percore.worker.api.Request;
import dev.percore.worker.calc.Catalogue;
import dev.percore.worker.calc.PoolGate;
import dev.percore.worker.calc.ProblemException;
import dev.percore.worker.compute.ComputeTask;
import dev.percore.worker.compute.Submission;
import dev.percore.worker.http.Exchange;
import dev.percore.worker.http.RequestLines;
import dev.percore.worker.http.Route;
import dev.percore.worker.http.StreamingHandler;
import dev.percore.worker.poison.PoisonGuard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// Mounts `/calc/{function}/map` for each function of the catalogue.
public final class MapRoutes {
  private final Catalogue catalogue;
  private final Surroundings surroundings;
  private final PoolGate gate;

  /// @param lane takes the tasks
  /// @param later runs something after a while, on the event loop
  /// @param workers that can compute: enough chunks are kept under way for each of them to have
  ///     one, and another to go on with
  /// @param gate knows whether maps are taken, and go on
  /// @param poison runs the functions
  public MapRoutes(
      Catalogue catalogue,
      Function<ComputeTask, Submission> lane,
      BiConsumer<Runnable, Duration> later,
      int workers,
      PoolGate gate,
      PoisonGuard poison) {
    this.catalogue = catalogue;
    this.gate = gate;
    this.surroundings =
        new Surroundings(
            task ->
                gate.isTerminated()
                    ? new Submission.Refused(Submission.Cause.STOPPING, 0, Duration.ofSeconds(1))
                    : lane.apply(task),
            later::accept,
            2 * workers + 2,
            poison);
  }

  /// What to mount.
  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    for (Catalogue.Entry entry : catalogue.entries()) {
      String path = "/calc/" + entry.spec().name() + "/map";
      routes.add(new Route(path, path, Set.of("POST"), new MapHandler(entry)));
    }
    return routes;
  }

  private final class MapHandler implements StreamingHandler {
    private final Catalogue.Entry entry;

    MapHandler(Catalogue.Entry entry) {
      this.entry = entry;
    }

    @Override
    public boolean streams(Request request) {
      return Options.isNdjson(request);
    }

    @Override
    public void handle(Exchange exchange) {
      map(entry, exchange);
    }
  }

  private void map(Catalogue.Entry entry, Exchange exchange) {
    if (gate.refuses(exchange)) {
      return;
    }
    Options options;
    try {
      options = Options.of(exchange.request());
    } catch (ProblemException e) {
      exchange.respond(e.problem());
      return;
    }
    RequestLines lines = exchange.lines();
    byte[] body = exchange.request().body();
    Elements elements =
        switch (options.input()) {
          case JSON -> new ArrayElements(body);
          case NDJSON -> lines == null ? new LineElements(body) : new StreamedElements(lines);
        };
    new MapRun(exchange, entry, elements, options, surroundings, gate).begin();
  }
}
