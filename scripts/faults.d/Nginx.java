import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;

/// The reference: nginx, which serves a file of the size of Percore's answer.
final class Nginx implements Server {
  private static final int WORKERS = 2;

  private static final String FILE =
      """
      {"function":"count","arguments":{"n":200000},"result":200000,"worker":{"slot":0,"pid":19432,\
      "thread":"compute-0"},"queued_us":27,"computed_us":182}
      """;

  private final int port = Os.freePort();
  private final Process master;

  private Nginx(Path folder) throws Exception {
    Files.writeString(folder.resolve("calc.json"), FILE);
    Path configuration = folder.resolve("nginx.conf");
    Files.writeString(configuration, configuration(folder));
    master =
        new ProcessBuilder("nginx", "-p", folder.toString(), "-c", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    Os.await("nginx serves", 30, this::isSettled);
  }

  static Nginx start(Path folder) throws Exception {
    return new Nginx(folder);
  }

  static boolean isInstalled() {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "nginx")));
  }

  private String configuration(Path folder) {
    return """
    daemon off;
    worker_processes %d;
    pid nginx.pid;
    error_log stderr;
    events { worker_connections 1024; }
    http {
      access_log off;
      client_body_temp_path body;
      proxy_temp_path proxy;
      fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi;
      scgi_temp_path scgi;
      server {
        listen 127.0.0.1:%d reuseport;
        root %s;
        location = /healthz { return 200 "ok"; }
        location = /calc { default_type application/json; try_files /calc.json =404; }
      }
    }
    """
        .formatted(WORKERS, port, folder);
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public long masterPid() {
    return master.pid();
  }

  @Override
  public Set<Long> workers() throws IOException {
    return Os.children(master.pid(), "nginx: worker process");
  }

  @Override
  public boolean isSettled() throws IOException {
    return workers().size() == WORKERS;
  }

  @Override
  public String target(int id, boolean compute) {
    return compute ? "/calc?n=" + id : "/healthz";
  }

  @Override
  public boolean isRight(String body, int id, boolean compute) {
    return body.equals(compute ? FILE : "ok");
  }

  @Override
  public void stop() throws Exception {
    Os.Signal.TERM.to(master.pid());
    Os.await("nginx ends at TERM", 30, () -> !master.isAlive());
  }
}
