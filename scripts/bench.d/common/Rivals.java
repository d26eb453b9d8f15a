package common;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Other servers, as well configured as we know how.
public final class Rivals {
  private final Site site;
  private final Path files;

  /// @param files the folder whose files nginx serves
  public Rivals(Site site, Path files) {
    this.site = site;
    this.files = files;
  }

  public Rival nginx(int workers) throws Exception {
    int port = freePort();
    Path folder = Files.createTempDirectory(site.folder(), "nginx");
    String configuration =
        Files.readString(site.parts().resolve("rivals/nginx.conf"))
            .replace("WORKERS;", workers + ";")
            .replace("PORT", Integer.toString(port))
            .replace("FILES", files.toString());
    if (System.getProperty("user.name").equals("root")) {
      // Its workers would be nobody, who may not read the files.
      configuration = "user root;\n" + configuration;
    }
    Path file = Files.writeString(folder.resolve("nginx.conf"), configuration);
    return start(port, "nginx", "-p", folder.toString(), "-c", file.toString());
  }

  public Rival node(int workers) throws Exception {
    int port = freePort();
    String script = site.parts().resolve("rivals/server.js").toString();
    return start(port, "node", script, "" + port, "" + workers);
  }

  /// @param kind options that say how a worker serves
  public Rival gunicorn(int workers, String... kind) throws Exception {
    int port = freePort();
    String parts = site.parts().resolve("rivals").toString();
    List<String> command = new ArrayList<>(List.of("gunicorn", "-c", parts + "/gunicorn.conf.py"));
    command.addAll(List.of("-b", "127.0.0.1:" + port, "-w", "" + workers));
    command.addAll(List.of(kind));
    command.addAll(List.of("--chdir", parts, "server:app"));
    return start(port, command.toArray(String[]::new));
  }

  /// A server in Java, as one process: its runtime uses all cores by itself.
  ///
  /// @param options of the JVM
  public Rival java(String main, String... options) throws Exception {
    int port = freePort();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(List.of(options));
    String jars = site.rivals() + "/lib/*:" + functions();
    command.addAll(List.of("-cp", site.rivals() + "/classes:" + jars));
    command.addAll(List.of(main, "" + port, "" + site.cores()));
    return start(port, command.toArray(String[]::new));
  }

  /// The jar with Percore's functions, so that others compute the same.
  private Path functions() throws IOException {
    try (Stream<Path> jars = Files.list(site.distribution().resolve("lib"))) {
      return jars.filter(jar -> jar.getFileName().toString().startsWith("percore-worker-"))
          .findAny()
          .orElseThrow();
    }
  }

  private Rival start(int port, String... command) throws Exception {
    Path log = Files.createTempFile(site.folder(), "rival", ".log");
    return Rival.start(site, port, List.of(command), log);
  }

  /// A port that nobody listens on.
  public static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }
}
