package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Functions and handlers of a user.
final class PluginIT {
  private static final String FUNCTION = "dev.percore.worker.api.ComputeFunction";
  private static final String HANDLER = "dev.percore.worker.api.BlockingHandler";

  private static final String COLLATZ =
      """
      package example;

      import dev.percore.worker.api.Arguments;
      import dev.percore.worker.api.ComputeContext;
      import dev.percore.worker.api.ComputeFunction;
      import dev.percore.worker.api.ComputeResult;
      import dev.percore.worker.api.FunctionSpec;
      import dev.percore.worker.api.Parameter;
      import java.util.List;
      import java.util.Map;

      public final class Collatz implements ComputeFunction {
        @Override public FunctionSpec spec() {
          return new FunctionSpec(
              "collatz",
              "Steps from n to 1.",
              List.of(new Parameter.Whole("n", "where it begins", 1, 1_000_000, null)),
              Map.of("n", 27),
              arguments -> 1000,
              1000,
              "steps");
        }

        @Override public ComputeResult apply(Arguments arguments, ComputeContext context) {
          long steps = 0;
          for (long n = arguments.whole("n"); n != 1; n = n % 2 == 0 ? n / 2 : 3 * n + 1) {
            steps++;
          }
          return ComputeResult.json(steps);
        }
      }
      """;

  private static final String ECHO =
      """
      package example;

      import dev.percore.worker.api.BlockingHandler;
      import dev.percore.worker.api.Request;
      import dev.percore.worker.api.Response;
      import java.util.Set;

      public final class Echo implements BlockingHandler {
        @Override public String name() { return "echo"; }
        @Override public String path() { return "/echo/"; }
        @Override public Set<String> methods() { return Set.of("GET", "POST"); }

        @Override public Response handle(Request request) {
          if (request.path().endsWith("/fail")) {
            throw new IllegalStateException("as told");
          }
          return Response.of(200, "text/plain", request.body())
              .with("Echo-Path", request.path())
              .with("Echo-Thread", Thread.currentThread().getName());
        }
      }
      """;

  @TempDir private Path folder;

  @Test
  void aFunctionAndAHandlerFromOneJarAreServed() throws Exception {
    new PluginJar()
        .source("example.Collatz", COLLATZ)
        .source("example.Echo", ECHO)
        .service(FUNCTION, "example.Collatz")
        .service(HANDLER, "example.Echo")
        .writeTo(folder.resolve("plugins/mine.jar"));
    try (PercoreServer server = PercoreServer.start(folder)) {
      JsonNode answer = server.get("/calc/collatz?n=27").json();
      assertThat(answer.get("result").asInt()).isEqualTo(111);
      assertThat(answer.at("/worker/thread").asString()).startsWith("compute-");
      assertThat(server.get("/calc/collatz?n=0").json().get("parameter").asString()).isEqualTo("n");
      assertThat(server.get("/calc/").text()).contains("\"collatz\"");
      assertThat(server.get("/openapi.json").text()).contains("/calc/collatz");

      assertThat(server.post("/echo/a/b", "{}").body()).isEqualTo("{}");
      RawAnswer echo = server.get("/echo/a%20b");
      assertThat(echo.header("Echo-Path")).isEqualTo("/echo/a b");
      assertThat(echo.header("Echo-Thread")).startsWith("io-");
      assertThat(server.get("/echo/fail").status()).isEqualTo(500);
      assertThat(server.getAdmin("/metrics").body()).contains("route=\"echo\"");
    }
  }

  @Test
  void aJarThatNamesAMissingClassEndsTheStartWithAReason() throws Exception {
    new PluginJar()
        .service(FUNCTION, "example.Missing")
        .writeTo(folder.resolve("plugins/broken.jar"));
    assertFailsToStart("broken.jar", "example.Missing");
  }

  @Test
  void aFileThatIsNoJarEndsTheStartWithAReason() throws Exception {
    Files.createDirectories(folder.resolve("plugins"));
    Files.writeString(folder.resolve("plugins/letter.jar"), "Dear jar");
    assertFailsToStart("letter.jar", "not a readable jar");
  }

  @Test
  void aNameThatIsTakenEndsTheStartWithAReason() throws Exception {
    new PluginJar()
        .source("example.Collatz", COLLATZ.replace("\"collatz\"", "\"count\""))
        .service(FUNCTION, "example.Collatz")
        .writeTo(folder.resolve("plugins/twice.jar"));
    assertFailsToStart("twice.jar", "the function 'count' is taken by");
  }

  private void assertFailsToStart(String jar, String reason) throws Exception {
    try (PercoreServer server = PercoreServer.launch(folder)) {
      assertThat(server.awaitExitCode()).as(server.output().tail()).isEqualTo(65);
      assertThat(server.output().lines())
          .anyMatch(
              line -> line.contains(" ERROR ") && line.contains(jar) && line.contains(reason));
    }
  }
}
