package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// A call at which workers die is refused after the second death, and only that one.
final class PoisonIT {
  private static final String BRITTLE =
      """
      package example;

      import dev.percore.worker.api.Arguments;
      import dev.percore.worker.api.ComputeContext;
      import dev.percore.worker.api.ComputeFunction;
      import dev.percore.worker.api.ComputeResult;
      import dev.percore.worker.api.FunctionSpec;
      import dev.percore.worker.api.Parameter;
      import java.nio.file.Files;
      import java.nio.file.Path;
      import java.util.List;
      import java.util.Map;

      public final class Brittle implements ComputeFunction {
        @Override public FunctionSpec spec() {
          return FunctionSpec.of(
              "brittle",
              "Ends its process at 13; at 14 too, when the file `die` is there.",
              List.of(new Parameter.Whole("n", "a number", 0, 100, null)),
              Map.of("n", 1));
        }

        @Override public ComputeResult apply(Arguments arguments, ComputeContext context)
            throws Exception {
          long n = arguments.whole("n");
          while (n == 14 && !Files.exists(Path.of("@FOLDER@/die"))) {
            Thread.sleep(5);
          }
          if (n == 13 || n == 14) {
            Runtime.getRuntime().halt(1);
          }
          return ComputeResult.json(n);
        }
      }
      """;

  @TempDir private Path folder;

  @Test
  void afterTheSecondDeathACallIsRefusedByAllWorkersUntilItIsForgiven() throws Exception {
    writeBrittle();
    ConfigFile.write(folder, "poison.refuse=1h");
    try (PercoreServer server = PercoreServer.startByFile(folder)) {
      dies(server, 0, "GET /calc/brittle?n=13 HTTP/1.1", "Host: localhost");
      assertThat(awaitDeaths(server, 1).get("refused_until").isNull()).isTrue();
      // The same call in another dress.
      String body = "{\"n\": 1.3e1}";
      dies(
          server,
          1,
          "POST /calc/brittle HTTP/1.1",
          "Host: localhost",
          "Content-Type: application/json",
          "Content-Length: " + body.length() + "\r\n\r\n" + body);
      String fingerprint = awaitDeaths(server, 2).get("fingerprint").asString();

      assertRefused(server);
      assertOtherWaysAreRefused(server);
      server
          .output()
          .awaitLine(
              "poison: worker 1 \\(pid \\d+\\) computed a call of brittle with the fingerprint "
                  + fingerprint
                  + " when it came to its end: death 2 of 2; it is refused for 3600 s");
      server
          .output()
          .awaitLine(
              "refused a call of brittle with the fingerprint "
                  + fingerprint
                  + " for the first time: 2 workers have died at it");
      Await.until(
          "the figures",
          () -> server.getAdmin("/metrics").body(),
          page ->
              page.contains("percore_poison_marked{worker=\"master\"} 1.0")
                  && page.contains(
                      "percore_poison_refused_total{function=\"brittle\",worker=\"1\"}")
                  && page.contains("percore_poison_deaths_total{worker=\"master\"} 2.0"));

      server.signal("HUP");
      var _ = server.awaitSettled(2);
      assertRefused(server);
      server.signal("USR2");
      server.followSuccessor();
      assertRefused(server);

      assertThat(server.command("poison").out())
          .matches(
              "(?s)FUNCTION +FINGERPRINT +DEATHS +LAST-DEATH +REFUSED-UNTIL +REFUSALS\n"
                  + "brittle +%s +2 +\\S+Z +\\S+Z +\\d+".formatted(fingerprint));
      assertThat(server.command("poison", "forget", fingerprint).out())
          .isEqualTo("percore: " + fingerprint + " is forgiven");
      assertThat(server.command("poison", "forget", fingerprint).exitCode()).isEqualTo(1);
      assertThat(server.command("poison", "forget", "13").exitCode()).isEqualTo(64);
      dies(server, 0, "GET /calc/brittle?n=13 HTTP/1.1", "Host: localhost");
      assertThat(awaitDeaths(server, 1).get("refused_until").isNull()).isTrue();
    }
  }

  @Test
  void whatWaitedBehindItIsNotBlamedAndItIsTriedAgainLater() throws Exception {
    writeBrittle();
    Path die = folder.resolve("die");
    try (PercoreServer server = PercoreServer.start(folder, "workers=1", "poison.refuse=10s")) {
      for (int death = 1; death <= 2; death++) {
        long pid = server.worker(0).pid();
        try (RawConnection deadly = server.connect();
            RawConnection harmless = server.connect()) {
          deadly.sendGet("/calc/brittle?n=14");
          server.awaitWorker(0, "runs one", worker -> worker.running() == 1);
          harmless.sendGet("/calc/brittle?n=5");
          server.awaitWorker(0, "has one that waits", worker -> worker.queued() == 1);
          Files.createFile(die);
          assertThat(deadly.awaitEnd()).isZero();
          assertThat(harmless.awaitEnd()).isZero();
        }
        Files.delete(die);
        var _ = awaitDeaths(server, death);
        server.awaitReplacement(0, pid);
      }
      assertThat(calls(server)).hasSize(1);
      assertThat(server.get("/calc/brittle?n=5").status()).isEqualTo(200);
      Files.createFile(die);
      RawAnswer refused = server.get("/calc/brittle?n=14");
      assertThat(refused.status()).as(refused.text()).isEqualTo(422);
      assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 10);

      Await.until(
          "it is computed again",
          () -> {
            try (RawConnection connection = server.connect()) {
              connection.sendHead(
                  "GET /calc/brittle?n=14 HTTP/1.1", "Host: localhost", "Connection: close");
              return connection.awaitEnd() == 0;
            }
          });
      var _ = awaitDeaths(server, 3);
    }
  }

  @Test
  void aJobHasItsAttemptsAndThoseOfTheSameCallBehindItAreNotTried() throws Exception {
    writeBrittle();
    try (PercoreServer server = PercoreServer.start(folder, "workers=1")) {
      String deadly = submit(server, "/calc/brittle?n=14");
      String same = submit(server, "/calc/brittle?n=14");
      String other = submit(server, "/calc/brittle?n=5");
      Files.createFile(folder.resolve("die"));

      JsonNode first = awaitEnd(server, deadly);
      assertThat(first.get("attempts").asInt()).isEqualTo(3);
      assertThat(first.at("/problem/type").asString()).isEqualTo("/problems/poison-job");
      JsonNode second = awaitEnd(server, same);
      assertThat(second.get("attempts").asInt()).isLessThanOrEqualTo(1);
      assertThat(second.at("/problem/type").asString()).isEqualTo("/problems/poison-request");
      assertThat(awaitEnd(server, other).get("state").asString()).isEqualTo("succeeded");
    }
  }

  // Workers that die take the connections along on which somebody asks.
  private static JsonNode awaitEnd(PercoreServer server, String job) throws Exception {
    return Await.until(
        job + " has ended",
        () -> {
          try {
            return server.get(job).json();
          } catch (EOFException | SocketException cut) {
            return MissingNode.getInstance();
          }
        },
        shown -> shown.path("state").asString("").matches("succeeded|failed"));
  }

  private static String submit(PercoreServer server, String target) throws Exception {
    HttpResponse<String> answer = sendAsync(server, target);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return answer.headers().firstValue("Location").orElseThrow();
  }

  private static HttpResponse<String> sendAsync(PercoreServer server, String target)
      throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create("http:/" + server.service() + target))
              .timeout(Await.LIMIT)
              .header("Prefer", "respond-async")
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void switchedOffNothingIsRefused() throws Exception {
    writeBrittle();
    try (PercoreServer server = PercoreServer.start(folder, "workers=1", "poison.deaths=0")) {
      for (int death = 1; death <= 3; death++) {
        dies(server, 0, "GET /calc/brittle?n=13 HTTP/1.1", "Host: localhost");
      }
      assertThat(calls(server)).isEmpty();
    }
  }

  private void writeBrittle() throws Exception {
    new PluginJar()
        .source("example.Brittle", BRITTLE.replace("@FOLDER@", folder.toString()))
        .service("dev.percore.worker.api.ComputeFunction", "example.Brittle")
        .writeTo(folder.resolve("plugins/brittle.jar"));
  }

  private static void dies(PercoreServer server, int slot, String... request) throws Exception {
    long pid = server.worker(slot).pid();
    try (RawConnection connection = server.connectTo(slot)) {
      connection.sendHead(request);
      assertThat(connection.awaitEnd()).isZero();
    }
    server.awaitReplacement(slot, pid);
  }

  private static JsonNode awaitDeaths(PercoreServer server, int deaths) throws Exception {
    return Await.until(
            deaths + " deaths",
            () -> calls(server),
            calls -> calls.size() == 1 && calls.getFirst().get("deaths").asInt() == deaths)
        .getFirst();
  }

  private static List<JsonNode> calls(PercoreServer server) throws Exception {
    return Json.parse(server.getAdmin("/poison").body()).get("calls").valueStream().toList();
  }

  private static void assertRefused(PercoreServer server) throws Exception {
    for (int slot = 0; slot < 2; slot++) {
      try (RawConnection connection = server.connectTo(slot)) {
        RawAnswer refused = connection.get("/calc/brittle?n=13");
        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.json().get("type").asString()).isEqualTo("/problems/poison-request");
        assertThat(refused.json().get("deaths").asInt()).isEqualTo(2);
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(3000, 3600);
        assertThat(connection.get("/calc/brittle?n=12").json().get("result").asInt()).isEqualTo(12);
      }
    }
  }

  private static void assertOtherWaysAreRefused(PercoreServer server) throws Exception {
    JsonNode map =
        Json.parse(server.post("/calc/brittle/map?chunk=2", "[12, 13, {\"n\":13}, 15]").body());
    assertThat(map.get(0).get("result").asInt()).isEqualTo(12);
    assertThat(map.get(1).at("/error/status").asInt()).isEqualTo(422);
    assertThat(map.get(2).at("/error/type").asString()).isEqualTo("/problems/poison-request");
    assertThat(map.get(3).get("result").asInt()).isEqualTo(15);
    HttpResponse<String> job = sendAsync(server, "/calc/brittle?n=13");
    assertThat(job.statusCode()).isEqualTo(422);
    assertThat(job.body()).contains("/problems/poison-request");
  }
}
