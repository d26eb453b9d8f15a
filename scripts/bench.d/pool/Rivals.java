import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Other servers, each with a worker a core.
final class Rivals {
  private static final int START_SECONDS_MAX = 20;
  private static final int STOP_SECONDS_MAX = 10;

  private final Setup setup;
  private final Path log;

  Rivals(Setup setup) {
    this.setup = setup;
    this.log = setup.folder().resolve("rivals.log");
  }

  /// What is done with a server while it runs.
  interface Measurement {
    void on(URI base) throws Exception;
  }

  void withNginx(Measurement measurement) throws Exception {
    int port = freePort();
    Path configuration =
        Files.writeString(
            setup.folder().resolve("nginx.conf"),
            """
            daemon off; worker_processes %d; pid nginx.pid; error_log nginx.log;
            events { worker_connections 1024; }
            http { access_log off; client_body_temp_path tmp; keepalive_requests 100000000;
              server { listen 127.0.0.1:%d reuseport; location / { return 200 "ok\\n"; } } }
            """
                .formatted(setup.cores(), port));
    String folder = setup.folder().toString();
    with(port, measurement, "nginx", "-p", folder, "-c", configuration.toString());
  }

  void withNode(Measurement measurement) throws Exception {
    int port = freePort();
    String script = setup.parts().resolve("server.js").toString();
    with(port, measurement, "node", script, "" + port, "" + setup.cores());
  }

  void withGunicorn(List<String> kind, Measurement measurement) throws Exception {
    int port = freePort();
    List<String> command = new ArrayList<>(List.of("gunicorn", "-b", "127.0.0.1:" + port));
    command.addAll(List.of("-w", "" + setup.cores(), "--keep-alive", "60"));
    command.addAll(kind);
    command.addAll(List.of("--chdir", setup.parts().toString(), "server:app"));
    with(port, measurement, command.toArray(String[]::new));
  }

  private void with(int port, Measurement measurement, String... command) throws Exception {
    Process server =
        Program.command(setup, command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      URI base = URI.create("http://127.0.0.1:" + port);
      awaitAnswer(server, base);
      measurement.on(base);
    } finally {
      server.destroy();
      if (!server.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    }
  }

  private void awaitAnswer(Process server, URI base) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
    while (true) {
      try (Http connection = new Http(base)) {
        connection.get("/healthz");
        return;
      } catch (IOException notYet) {
        if (!server.isAlive() || System.nanoTime() > deadline) {
          throw new IOException("does not answer: " + Files.readString(log), notYet);
        }
        LockSupport.parkNanos(50_000_000); // and looks again
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }
}
