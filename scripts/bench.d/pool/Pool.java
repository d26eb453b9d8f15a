import dev.percore.protocol.client.ProcessPool;
import java.io.File;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// `scripts/bench pool`.
public final class Pool {
  private static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final double SCALE = Double.parseDouble(System.getProperty("pool.scale"));
  private static final URI BASE = URI.create(System.getProperty("pool.base"));
  private static final Path PARTS = Path.of(System.getProperty("pool.parts"));
  private static final Path FOLDER = Path.of(System.getProperty("pool.folder"));
  private static final Path HOME = Path.of(System.getProperty("pool.distribution"));
  private static final int PER_SECOND = 500;

  /// Python counts fewer, since it takes about a hundred times as long; its time is scaled up.
  private static final int PYTHON_SHARE = 10;

  private static final VarHandle SUM;
  private static long sum;

  static {
    try {
      SUM = MethodHandles.lookup().findStaticVarHandle(Pool.class, "sum", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /// How a row got a server.
  private interface Start {
    Process at(int port) throws IOException;
  }

  public static void main(String[] arguments) throws Exception {
    new Makespan(BASE, CORES, SCALE).print();
    String[] python = python();
    classic(python);
    latency();
    dispatch(python);
  }

  private static void classic(String[] python) throws Exception {
    long n = (long) (100_000_000 * SCALE);
    System.out.printf("%n%-40s %9s%n", "five times counting to " + n, "seconds");
    count(n); // compiles it
    long began = System.nanoTime();
    for (int i = 0; i < 5; i++) {
      count(n);
    }
    System.out.printf("%-40s %9.3f%n", "one thread in Java", (System.nanoTime() - began) / 1e9);
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      calls.add(
          () -> {
            try (Http connection = new Http(BASE)) {
              return connection.get("/calc?n=" + n);
            }
          });
    }
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      began = System.nanoTime();
      for (var call : clients.invokeAll(calls)) {
        Task.of(call.get());
      }
      System.out.printf("%-40s %9.3f%n", "Percore, 5 of /calc", (System.nanoTime() - began) / 1e9);
    }
    if (python.length > 0) {
      System.out.printf(
          "%-40s %9.3f  (a %dth of the steps, scaled up)%n",
          "Python's Pool(" + CORES + ")",
          Double.parseDouble(python[0]) * PYTHON_SHARE,
          PYTHON_SHARE);
    }
  }

  private static void count(long n) {
    SUM.setOpaque(0L);
    for (long i = 0; i < n; i++) {
      SUM.setOpaque((long) SUM.getOpaque() + 1);
    }
  }

  private static String[] python() throws Exception {
    if (!isInstalled("python3")) {
      return new String[0];
    }
    Process process =
        new ProcessBuilder(
                "python3",
                PARTS.resolve("pool.py").toString(),
                Integer.toString(CORES),
                Long.toString((long) (100_000_000 * SCALE / PYTHON_SHARE)),
                "2000")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes()).strip();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("pool.py ended with " + process.exitValue());
    }
    return output.split(" ");
  }

  private static void latency() throws Exception {
    System.out.printf(
        "%n%-24s %8s %8s %8s | %8s %8s %8s %7s %6s%n",
        PER_SECOND + " of /healthz a second", "p50 ms", "p99", "p99.9", "p50 busy", "p99", "p99.9",
        "p99 x", "errors");
    row("Percore", BASE, "/healthz", "/calc?n=20000000");
    if (isInstalled("nginx")) {
      Start nginx =
          port ->
              start(
                  "nginx", "-p", FOLDER.toString(), "-c", nginxConfig(port).toString(),
                  "-e", FOLDER.resolve("nginx.log").toString());
      List<Process> burners = new ArrayList<>();
      with(nginx, base -> {
        OpenLoop loop = loop(base);
        OpenLoop.Latency idle = loop.measure("/healthz", "", 0);
        try {
          for (int i = 0; i < CORES; i++) {
            burners.add(start("nice", "-n", nice(), "sh", "-c", "while :; do :; done"));
          }
          print("nginx beside burners", idle, loop.measure("/healthz", "", 0));
        } finally {
          burners.forEach(Process::destroyForcibly);
        }
      });
    }
    String workers = Integer.toString(CORES);
    if (isInstalled("node")) {
      Start node =
          port -> start("node", PARTS.resolve("server.js").toString(), port + "", workers);
      with(node, base -> row("Node cluster", base, "/healthz", "/calc?n=20000000"));
    }
    if (isInstalled("gunicorn")) {
      Start sync = port -> gunicorn(port, "sync", "-w", workers);
      with(sync, base -> row("gunicorn sync", base, "/healthz", "/calc?n=400000"));
      Start threads = port -> gunicorn(port, "gthread", "-w", workers, "--threads", "4");
      with(threads, base -> row("gunicorn gthread", base, "/healthz", "/calc?n=400000"));
    }
  }

  private static String nice() throws IOException {
    // Of compute threads, as the shipped configuration has it.
    for (String line : Files.readAllLines(HOME.resolve("conf/percore.yaml"))) {
      if (line.matches("#? *nice: \\d+.*")) {
        return line.replaceAll("\\D*(\\d+).*", "$1");
      }
    }
    throw new IllegalStateException("no compute.nice in the shipped configuration");
  }

  private static Path nginxConfig(int port) throws IOException {
    return Files.writeString(
        FOLDER.resolve("nginx.conf"),
        """
        daemon off; worker_processes %d; pid nginx.pid; error_log nginx.log;
        events { worker_connections 1024; }
        http { access_log off; client_body_temp_path tmp; keepalive_requests 100000000;
          server { listen 127.0.0.1:%d; location / { return 200 "ok\\n"; } } }
        """
            .formatted(CORES, port));
  }

  private static Process gunicorn(int port, String kind, String... more) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("gunicorn", "-b", "127.0.0.1:" + port, "-k", kind));
    command.addAll(Arrays.asList(more));
    command.addAll(List.of("--chdir", PARTS.toString(), "--log-level", "error", "server:app"));
    return start(command.toArray(String[]::new));
  }

  private static Process start(String... command) throws IOException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    File log = FOLDER.resolve("rival.log").toFile();
    return builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log)).start();
  }

  private static boolean isInstalled(String program) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private interface Measurement {
    void on(URI base) throws Exception;
  }

  private static void with(Start start, Measurement measurement) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Process server = start.at(port);
    try {
      URI base = URI.create("http://127.0.0.1:" + port);
      awaitAnswer(server, base);
      measurement.on(base);
    } finally {
      server.destroy();
      if (!server.waitFor(10, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    }
  }

  private static void awaitAnswer(Process server, URI base) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      try (Http connection = new Http(base)) {
        connection.get("/healthz");
        return;
      } catch (IOException notYet) {
        if (!server.isAlive() || System.nanoTime() > deadline) {
          throw new IOException(
              "does not answer: " + Files.readString(FOLDER.resolve("rival.log")), notYet);
        }
        Thread.sleep(50);
      }
    }
  }

  private static OpenLoop loop(URI base) {
    return new OpenLoop(base, PER_SECOND, 10 * SCALE);
  }

  private static void row(String title, URI base, String cheap, String computing) throws Exception {
    OpenLoop loop = loop(base);
    print(title, loop.measure(cheap, "", 0), loop.measure(cheap, computing, 2 * CORES));
  }

  private static void print(String title, OpenLoop.Latency idle, OpenLoop.Latency busy) {
    System.out.printf(
        "%-24s %8.2f %8.2f %8.2f | %8.2f %8.2f %8.2f %7.2f %6d%n",
        title, idle.p50(), idle.p99(), idle.p999(), busy.p50(), busy.p99(), busy.p999(),
        busy.p99() / idle.p99(), idle.errors() + busy.errors());
  }

  private static void dispatch(String[] python) throws Exception {
    System.out.printf("%n%-40s %9s%n", "round trip, median of 2000", "us");
    try (Http connection = new Http(BASE)) {
      double cheap = median(() -> connection.get("/healthz"));
      double calc = median(() -> connection.get("/calc?n=1"));
      System.out.printf("%-40s %9.1f%n%-40s %9.1f%n", "/healthz", cheap, "/calc?n=1", calc);
    }
    try (ProcessPool pool = ProcessPool.builder().home(HOME).workers(CORES).start()) {
      double apply = median(() -> pool.apply("count", Map.of("n", 1)));
      System.out.printf("%-40s %9.1f%n", "Java, apply on a private pool", apply);
      pool.close();
      pool.join();
    }
    if (python.length > 0) {
      double apply = Double.parseDouble(python[1]);
      System.out.printf("%-40s %9.1f%n", "Python, Pool.apply", apply);
    }
  }

  private static double median(Callable<?> call) throws Exception {
    double[] micros = new double[2_000];
    for (int i = -micros.length; i < micros.length; i++) {
      long began = System.nanoTime();
      call.call();
      micros[Math.max(0, i)] = (System.nanoTime() - began) / 1e3;
    }
    Arrays.sort(micros);
    return micros[micros.length / 2];
  }
}
