import java.io.IOException;
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

  Latencies(Setup setup) {
    this.setup = setup;
    this.rivals = new Rivals(setup);
  }

  void print() throws Exception {
    // The first server must not pay for it that this client is still being compiled.
    OpenLoop rehearsal = new OpenLoop(setup.base(), PER_SECOND, REHEARSAL_SECONDS);
    rehearsal.warmUp("/healthz");
    rehearsal.measure("/healthz", COMPUTING, 2 * setup.cores());
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
      row("Percore", new OpenLoop(setup.base(), PER_SECOND, duration()), COMPUTING);
    }
    if (setup.has("nginx")) {
      rivals.withNginx(base -> besideBurners(new OpenLoop(base, PER_SECOND, duration())));
    }
    if (setup.has("node")) {
      rivals.withNode(
          base -> row("Node cluster", new OpenLoop(base, PER_SECOND, duration()), COMPUTING));
    }
    if (setup.has("gunicorn")) {
      rivals.withGunicorn(
          List.of("-k", "sync"),
          base -> row("gunicorn", new OpenLoop(base, PER_SECOND, duration()), COMPUTING_PYTHON));
      rivals.withGunicorn(
          List.of("-k", "gthread", "--threads", "4"),
          base ->
              row(
                  "gunicorn, 4 threads each",
                  new OpenLoop(base, PER_SECOND, duration()),
                  COMPUTING_PYTHON));
    }
  }

  private double duration() {
    return SECONDS * setup.scale();
  }

  private void row(String title, OpenLoop loop, String computing) throws Exception {
    loop.warmUp("/healthz");
    OpenLoop.Latency idle = loop.measure("/healthz", "", 0);
    print(title, idle, loop.measure("/healthz", computing, 2 * setup.cores()));
  }

  // What nginx has beside it are loops with the nice value of compute threads.
  private void besideBurners(OpenLoop loop) throws Exception {
    loop.warmUp("/healthz");
    OpenLoop.Latency idle = loop.measure("/healthz", "", 0);
    List<Process> burners = new ArrayList<>();
    try {
      for (int i = 0; i < setup.cores(); i++) {
        burners.add(
            Program.command(setup, "nice", "-n", nice(), "sh", "-c", "while :; do :; done")
                .start());
      }
      print("nginx beside loops", idle, loop.measure("/healthz", "", 0));
    } finally {
      burners.forEach(Process::destroyForcibly);
    }
  }

  // As the shipped configuration has it.
  private String nice() throws IOException {
    for (String line : Files.readAllLines(setup.distribution().resolve("conf/percore.yaml"))) {
      if (line.matches("#? *nice: \\d+.*")) {
        return line.replaceAll("\\D*(\\d+).*", "$1");
      }
    }
    throw new IllegalStateException("no compute.nice in the shipped configuration");
  }

  private static void print(String title, OpenLoop.Latency idle, OpenLoop.Latency busy) {
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
        busy.computed());
  }
}
