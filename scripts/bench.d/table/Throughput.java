package table;

import common.Question;
import common.Server;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Requests a second beside nginx.
///
/// @param what for the table
/// @param tail whether the 99th percentile must be no worse
record Throughput(
    String name,
    String what,
    Function<StaticFiles, Question> question,
    int depth,
    List<String> options,
    double times,
    boolean tail)
    implements Row {
  private static final Target NO_WORSE = new Target.TimesAtMost(1);

  @Override
  public List<Line> measure(Bench bench) throws Exception {
    // Of answers to a request that closes the connection the size is not known beforehand.
    boolean sized = options.isEmpty();
    Load load = new Load(bench, question.apply(bench.files()), depth, options, sized);
    try (Percore percore = bench.percore(bench.files().settings());
        Server nginx = bench.nginx(bench.site().cores())) {
      Map<String, Server> servers = new LinkedHashMap<>();
      servers.put("Percore", percore);
      servers.put("nginx", nginx);
      for (Server server : servers.values()) {
        load.warmUp(server);
      }
      var results = bench.inTurns(servers, load::on);
      return lines(results.get("Percore"), results.get("nginx"));
    }
  }

  private List<Line> lines(List<Wrk.Figures> percore, List<Wrk.Figures> nginx) {
    List<Line> lines = new ArrayList<>();
    lines.add(
        Line.beside(
            what + ", requests/s",
            Figure.of(percore, Wrk.Figures::perSecond),
            "nginx",
            Figure.of(nginx, Wrk.Figures::perSecond),
            new Target.TimesAtLeast(times)));
    Figure p99 = Figure.of(percore, Wrk.Figures::p99);
    Figure theirs = Figure.of(nginx, Wrk.Figures::p99);
    lines.add(
        tail
            ? Line.beside("p99 ms", p99, "nginx", theirs, NO_WORSE)
            : Line.stated("p99 ms", p99, "nginx", theirs));
    return lines;
  }
}
