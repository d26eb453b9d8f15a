package table;

import com.sun.management.OperatingSystemMXBean;
import common.Background;
import common.Http;
import common.Question;
import common.Server;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The memory of a worker, idle and loaded.
record WorkerMemory() implements Row {
  /// No ratio is aimed at here, and memory differs less from round to round than speed does.
  private static final int ROUNDS_MAX = 3;

  private static final int IDLE_MILLIS = 2_000;
  private static final int SAMPLE_MILLIS = 250;
  private static final Target IDLE = new Target.AtMost(45);
  private static final Target LOADED = new Target.AtMost(75);

  /// Megabytes of a worker.
  private record Usage(double idle, double loaded) {}

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public List<Line> measure(Bench bench) throws Exception {
    int cores = bench.site().cores();
    List<Usage> percore = new ArrayList<>();
    for (int i = 0; i < Math.min(ROUNDS_MAX, bench.rounds()); i++) {
      percore.add(usage(bench, () -> bench.percore(Map.of())));
    }
    Figure idle = Figure.of(percore, Usage::idle);
    Figure loaded = Figure.of(percore, Usage::loaded);
    List<Line> lines = new ArrayList<>();
    lines.add(Line.alone("PSS of a worker, idle, MB", idle, IDLE));
    lines.add(Line.alone("PSS of a worker, loaded, MB", loaded, LOADED));
    Map<String, Bench.Starter> others = new LinkedHashMap<>();
    others.put("Node cluster", () -> bench.node(cores));
    others.put("gunicorn", () -> bench.gunicorn(cores));
    others.put("plain JVM", () -> bench.percore(plain()));
    others.put("Vert.x (all)", bench::plainVertx);
    for (Map.Entry<String, Bench.Starter> other : others.entrySet()) {
      Usage usage = usage(bench, other.getValue());
      String name = other.getKey();
      lines.add(Line.stated("idle, MB", idle, name, Figure.of(usage.idle())));
      lines.add(Line.stated("loaded, MB", loaded, name, Figure.of(usage.loaded())));
    }
    return lines;
  }

  /// Has a worker's JVM run as it would without options: with all cores, its own choice of
  /// collector and heap, and no cache.
  private static Map<String, String> plain() {
    var machine =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long heap = machine.getTotalMemorySize() / 4;
    return Map.of(
        "worker.jvm_options",
        "-XX:-UseSerialGC -XX:+UseG1GC -XX:-UseCompactObjectHeaders -XX:AOTMode=off"
            + " -XX:FreqInlineSize=325 -XX:InlineSmallCode=2500 -XX:CompileThresholdScaling=1"
            + " -XX:TrimNativeHeapInterval=0"
            + " -XX:ArchiveRelocationMode=1 -XX:ActiveProcessorCount=-1 -Xmx"
            + heap);
  }

  private static Usage usage(Bench bench, Bench.Starter starter) throws Exception {
    try (Server server = starter.start()) {
      for (int i = 0; i < 20; i++) {
        try (Http connection = new Http(server.base())) {
          connection.ask(Question.HEALTH);
        }
      }
      Thread.sleep(IDLE_MILLIS);
      double idle = Memory.megabytesPerWorker(server);
      return new Usage(idle, loaded(bench, server));
    }
  }

  /// The most that it has while it answers.
  private static double loaded(Bench bench, Server server) throws Exception {
    var load = Background.start(() -> load(bench, server));
    double most = 0;
    while (!load.isDone()) {
      most = Math.max(most, Memory.megabytesPerWorker(server));
      Thread.sleep(SAMPLE_MILLIS);
    }
    load.get();
    return most;
  }

  private static Void load(Bench bench, Server server) throws Exception {
    Load.of(bench, Question.count(1000), false).on(server, 2 * bench.seconds());
    Load.of(bench, Question.HEALTH, true).on(server, 2 * bench.seconds());
    return null;
  }
}
