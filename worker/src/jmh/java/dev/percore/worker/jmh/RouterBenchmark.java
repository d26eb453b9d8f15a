package dev.percore.worker.jmh;

import dev.percore.worker.http.Route;
import dev.percore.worker.http.Router;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// From a path to a route, among as many as a worker has.
@State(Scope.Thread)
public class RouterBenchmark {
  private static final int FUNCTIONS = 12;

  private final Router router =
      new Router(
          Stream.concat(
                  Stream.of("/", "/healthz", "/readyz", "/calc", "/calc/", "/static/", "/jobs/"),
                  Stream.iterate(0, i -> i < FUNCTIONS, i -> i + 1).map(i -> "/calc/f" + i))
              .map(path -> new Route(path, path, Set.of("GET"), _ -> {}))
              .toList());

  @Param({"/healthz", "/static/css/main.css", "/nothing"})
  private String path = "";

  // Each request brings a text of its own, whose hash nobody knows yet.
  private byte[] octets = new byte[0];

  @Setup
  public void setUp() {
    octets = path.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Benchmark
  public Router.@Nullable Mount find() {
    return router.find(new String(octets, StandardCharsets.ISO_8859_1));
  }
}
