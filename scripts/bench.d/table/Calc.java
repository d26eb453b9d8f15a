package table;

import common.Question;
import common.Server;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A short computation and its JSON, beside servers that do the same.
record Calc() implements Row {
  private static final Target FASTER = new Target.TimesAtLeast(1);

  @Override
  public String name() {
    return "calc";
  }

  @Override
  public List<Line> measure(Bench bench) throws Exception {
    int cores = bench.site().cores();
    // The answers tell times, which do not all have the same number of digits.
    Load load = Load.of(bench, Question.count(1000), false);
    try (Percore percore = bench.percore(Map.of());
        Server node = bench.node(cores);
        Server gunicorn = bench.gunicorn(cores);
        Server vertx = bench.vertx();
        Server undertow = bench.undertow()) {
      Map<String, Server> servers = new LinkedHashMap<>();
      servers.put("Percore", percore);
      servers.put("Node cluster", node);
      servers.put("gunicorn", gunicorn);
      servers.put("Vert.x", vertx);
      servers.put("Undertow", undertow);
      for (Server server : servers.values()) {
        load.warmUp(server);
      }
      return lines(bench.inTurns(servers, load::on));
    }
  }

  private static List<Line> lines(Map<String, List<Wrk.Figures>> results) {
    List<Line> lines = new ArrayList<>();
    results.forEach(
        (name, theirs) -> {
          List<Wrk.Figures> ours = results.get("Percore");
          if (theirs != ours) {
            lines.add(
                Line.beside(
                    "/calc?n=1000, requests/s",
                    Figure.of(ours, Wrk.Figures::perSecond),
                    name,
                    Figure.of(theirs, Wrk.Figures::perSecond),
                    FASTER));
            lines.add(
                Line.stated(
                    "p99 ms",
                    Figure.of(ours, Wrk.Figures::p99),
                    name,
                    Figure.of(theirs, Wrk.Figures::p99)));
          }
        });
    return lines;
  }
}
