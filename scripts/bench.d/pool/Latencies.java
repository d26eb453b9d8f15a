package pool;

import common.OpenLoop;
import common.Program;
import common.Question;
import common.Rivals;
import common.Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// Cheap requests while all cores compute, beside the same while they do not, of each server.
final class Latencies {
  private static final int PER_SECOND = 500;
  private static final double SECONDS = 10;
  private static final double REHEARSAL_SECONDS = 5;

  /// About 20 ms of a core in each language.
  private static final String COMPUTING = "/calc?n=20000000";

  private static final String COMPUTING_PYTHON = "/calc?n=400000";

  private final Setup setup;
  private final Rivals rivals;

  /// @param computed computing requests that were answered meanwhile
  private record Busy(OpenLoop.Latency latency, int computed) {}

  Latencies(Setup setup) {
    this.setup = setup;
    this.rivals = new Rivals(setup.site(), setup.site().folder());
  }

  void print() throws Exception {
    // The first server must not pay for it that this client is still being compiled.
    OpenLoop rehearsal = new OpenLoop(setup.base(), PER_SECOND);
    rehearsal.warmUp(Question.of("/healthz"));
    measure(rehearsal, COMPUTING, REHEARSAL_SECONDS);
    System.out.printf(
        "%n%-26s %8s %8s %8s | %8s %8s %8s %7s %6s %9s%n",
        PER_SECOND + " of /healthz a second",
        "p50 ms",
        "p99",
        "p99.9",
        "p50 busy",
        "p99",
        "p99.9",
        "p99 x",
        "errors",
        "computed");
    if (setup.has("percore")) {
      row("Percore", setup.base(), COMPUTING);
    }
    if (setup.has("nginx")) {
      try (Server nginx = rivals.nginx(setup.cores())) {
        besideBurners(new OpenLoop(nginx.base(), PER_SECOND));
      }
    }
    if (setup.has("node")) {
      try (Server node = rivals.node(setup.cores())) {
        row("Node cluster", node.base(), COMPUTING);
      }
    }
    if (setup.has("gunicorn")) {
      try (Server gunicorn = rivals.gunicorn(setup.cores(), "-k", "sync")) {
        row("gunicorn", gunicorn.base(), COMPUTING_PYTHON);
      }
      try (Server gunicorn =
          rivals.gunicorn(setup.cores(), "-k", "gthread", "--threads", "4")) {
        row("gunicorn, 4 threads each", gunicorn.base(), COMPUTING_PYTHON);
      }
    }
  }

  private void row(String title, URI base, String computing) throws Exception {
    OpenLoop loop = new OpenLoop(base, PER_SECOND);
    loop.warmUp(Question.of("/healthz"));
    Busy idle = measure(loop, "", SECONDS * setup.scale());
    print(title, idle, measure(loop, computing, SECONDS * setup.scale()));
  }

  // What nginx has beside it are loops with the nice value of compute threads.
  private void besideBurners(OpenLoop loop) throws Exception {
    loop.warmUp(Question.of("/healthz"));
    Busy idle = measure(loop, "", SECONDS * setup.scale());
    List<Process> burners = new ArrayList<>();
    try {
      for (int i = 0; i < setup.cores(); i++) {
        List<String> burner = List.of("nice", "-n", nice(), "sh", "-c", "while :; do :; done");
        burners.add(Program.start(Program.command(setup.site(), burner)));
      }
      print("nginx beside loops", idle, measure(loop, "", SECONDS * setup.scale()));
    } finally {
      for (Process burner : burners) {
        Program.stop(burner);
      }
    }
  }

  /// @param computing target of requests that keep the cores busy meanwhile; empty for none
  private Busy measure(OpenLoop loop, String computing, double seconds) throws Exception {
    int clients = computing.isEmpty() ? 0 : 2 * setup.cores();
    try (var antagonists = Antagonists.start(loop.base(), computing, clients)) {
      loop.run(Question.of("/healthz"), 1);
      int before = antagonists.computed();
      List<OpenLoop.Sample> samples = loop.run(Question.of("/healthz"), seconds);
      return new Busy(OpenLoop.Latency.of(samples), antagonists.computed() - before);
    }
  }

  // As the shipped configuration has it.
  private String nice() throws IOException {
    for (String line : Files.readAllLines(setup.site().distribution().resolve("conf/percore.yaml"))) {
      if (line.matches("#? *nice: \\d+.*")) {
        return line.replaceAll("\\D*(\\d+).*", "$1");
      }
    }
    throw new IllegalStateException("no compute.nice in the shipped configuration");
  }

  private static void print(String title, Busy alone, Busy beside) {
    OpenLoop.Latency idle = alone.latency();
    OpenLoop.Latency busy = beside.latency();
    System.out.printf(
        "%-26s %8.2f %8.2f %8.2f | %8.2f %8.2f %8.2f %7.2f %6d %9d%n",
        title,
        idle.p50(),
        idle.p99(),
        idle.p999(),
        busy.p50(),
        busy.p99(),
        busy.p999(),
        busy.p99() / idle.p99(),
        idle.errors() + busy.errors(),
        beside.computed());
  }
}
