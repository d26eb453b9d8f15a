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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// Jobs: accepted, run, and not lost whoever dies.
final class JobsIT {
  private static final String FUNCTION = "dev.percore.worker.api.ComputeFunction";

  private static final String POISON =
      """
      package example;

      import dev.percore.worker.api.Arguments;
      import dev.percore.worker.api.ComputeContext;
      import dev.percore.worker.api.ComputeFunction;
      import dev.percore.worker.api.ComputeResult;
      import dev.percore.worker.api.FunctionSpec;
      import java.nio.file.Files;
      import java.nio.file.Path;
      import java.util.List;
      import java.util.Map;

      public final class Poison implements ComputeFunction {
        @Override public FunctionSpec spec() {
          return new FunctionSpec(
              "poison", "Ends its process.", List.of(), Map.of(), arguments -> 1, 1, "deaths");
        }

        @Override public ComputeResult apply(Arguments arguments, ComputeContext context) {
          while (Files.exists(Path.of("@FOLDER@/wait"))) {
            context.checkCancelled();
          }
          Runtime.getRuntime().halt(1);
          return ComputeResult.json(0);
        }
      }
      """;

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir private Path folder;

  @Test
  void aCallBecomesAJobThatIsShownListedAndCancelled() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1")) {
      HttpResponse<String> accepted = submit(server, "/calc/count?n=1000");
      assertThat(accepted.headers().firstValue("Preference-Applied")).hasValue("respond-async");
      String job = accepted.headers().firstValue("Location").orElseThrow();
      assertThat(job).matches("/jobs/[A-Za-z0-9_-]{22}");

      JsonNode ended = awaitState(server, job, "succeeded");
      assertThat(ended.at("/result/result").asInt()).isEqualTo(1000);
      assertThat(ended.get("attempts").asInt()).isOne();
      assertThat(server.get(job + "/result").json().get("result").asInt()).isEqualTo(1000);
      assertThat(delete(server, job).statusCode()).isEqualTo(409);

      String running = location(submit(server, "/calc/count?n=100000000000"));
      String waiting = location(submit(server, "/calc/count?n=100000000000"));
      String last = location(submit(server, "/calc/count?n=7"));
      awaitState(server, running, "running");
      assertThat(server.get(running + "/result").status()).isEqualTo(409);
      assertThat(server.get(last).json().get("position").asInt()).isZero();
      assertThat(ids(server, "/jobs?state=queued"))
          .containsExactly(last.substring(6), waiting.substring(6));
      assertThat(ids(server, "/jobs?limit=1")).containsExactly(last.substring(6));
      assertThat(delete(server, waiting).statusCode()).isIn(200, 202);
      assertThat(delete(server, running).statusCode()).isEqualTo(202);
      awaitState(server, running, "cancelled");
      awaitState(server, waiting, "cancelled");
      awaitState(server, last, "succeeded");

      assertThat(submit(server, "/calc/count?n=-1").statusCode()).isEqualTo(400);
      assertThat(server.get("/jobs/unknown").status()).isEqualTo(404);
      assertThat(server.get("/jobs?state=odd").status()).isEqualTo(400);
      assertThat(server.getAdmin("/metrics").body())
          .contains(
              "percore_jobs_ended_total{function=\"count\",outcome=\"succeeded\",worker=\"master\"}"
                  + " 2.0");
    }
  }

  @Test
  void theNewsOfAJobAreStreamedToItsEnd() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1", "reload.drain=1s")) {
      String job = location(submit(server, "/calc/count?n=2000000000"));
      String behind = location(submit(server, "/calc/count?n=100000000000"));

      HttpResponse<String> news = send(request(server, job + "/events"));

      assertThat(news.statusCode()).isEqualTo(200);
      assertThat(news.headers().firstValue("Content-Type")).hasValue("text/event-stream");
      List<String> events = List.of(news.body().split("\n\n"));
      assertThat(events).hasSizeGreaterThan(2);
      assertThat(events.getLast()).startsWith("event: succeeded\nid: end\ndata: {");
      List<Double> progress =
          events.stream()
              .map(event -> event.substring(event.indexOf("data: ") + 6))
              .map(data -> Json.parse(data).get("progress").asDouble())
              .toList();
      assertThat(progress).isSorted().anyMatch(part -> part > 0 && part < 1).last().isEqualTo(1.0);

      HttpRequest.Builder again = request(server, job + "/events").header("Last-Event-ID", "end");
      assertThat(send(again).statusCode()).isEqualTo(204);
      assertThat(server.get("/jobs/unknown/events").status()).isEqualTo(404);

      // A worker that ends does not wait for those who watch.
      awaitState(server, behind, "running");
      var watching =
          http.sendAsync(
              request(server, behind + "/events").build(), HttpResponse.BodyHandlers.ofLines());
      Iterator<String> lines = watching.get().body().iterator();
      assertThat(lines.next()).isEqualTo("event: running");
      server.signal("HUP");
      server.awaitSettled(2);
      assertThat(lines).toIterable().noneMatch("id: end"::equals);
    }
  }

  @Test
  void whoWaitsAWhileGetsTheResultIfItIsThereByThen() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1")) {
      String preference = "respond-async, wait=20";
      HttpResponse<String> quick =
          send(request(server, "/calc/count?n=5").header("Prefer", preference));
      assertThat(quick.statusCode()).isEqualTo(200);
      assertThat(quick.body()).contains("\"result\":5");

      HttpResponse<String> slow =
          send(
              request(server, "/calc/count?n=100000000000")
                  .header("Prefer", "respond-async, wait=0"));
      assertThat(slow.statusCode()).isEqualTo(202);
    }
  }

  @Test
  void aRequestThatIsTooLongForAJobIsRefusedAndHarmsNobody() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1", "limits.body=16m")) {
      long worker = server.worker(0).pid();
      String text = "{\"text\":\"" + "x".repeat(8 << 20) + "\"}";
      HttpRequest.Builder post =
          request(server, "/calc/sha256")
              .header("Content-Type", "application/json")
              .header("Prefer", "respond-async")
              .POST(HttpRequest.BodyPublishers.ofString(text));

      HttpResponse<String> refused = send(post);

      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(413);
      assertThat(refused.body()).contains("\"allowed\":7340032");
      assertThat(server.worker(0).pid()).isEqualTo(worker);
    }
  }

  @Test
  void aRepeatedPostWithTheSameKeyIsOneJob() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder)) {
      String first = keyed(server, "{\"n\": 5}", "k1", true).headers().firstValue("Location").get();
      assertThat(keyed(server, "{\"n\": 5}", "k1", true).headers().firstValue("Location"))
          .hasValue(first);
      assertThat(keyed(server, "{\"n\": 6}", "k1", true).statusCode()).isEqualTo(422);

      HttpResponse<String> once = keyed(server, "{\"n\": 50000000}", "k2", false);
      assertThat(once.statusCode()).isEqualTo(200);
      // The pid, the thread and the times inside are those of the one run.
      assertThat(keyed(server, "{\"n\": 50000000}", "\"k2\"", false).body()).isEqualTo(once.body());
      assertThat(keyed(server, "{\"n\": 1}", "a b", false).statusCode()).isEqualTo(400);
      assertThat(server.get("/jobs").json().get("jobs")).hasSize(2);
    }
  }

  @Test
  void allOfAThousandJobsEndAlthoughTheMasterIsKilled() throws Exception {
    PluginJar.writeSlow(folder, true);
    List<String> jobs = new ArrayList<>();
    try (PercoreServer server = PercoreServer.start(folder)) {
      jobs.add(location(submit(server, "/calc/slow")));
      awaitState(server, jobs.getFirst(), "running");
      for (int i = 1; i < 1000; i++) {
        jobs.add(location(submit(server, "/calc/count?n=" + (1_000_000 + i))));
      }
      server.killMaster();
    }
    Files.createFile(folder.resolve("go"));
    try (PercoreServer next = PercoreServer.start(folder)) {
      Await.until("all end", () -> count(next, "succeeded"), ended -> ended == 1000);
      int attempts = 0;
      for (JsonNode job : next.get("/jobs?limit=1000").json().get("jobs")) {
        assertThat(job.get("attempts").asInt()).isBetween(1, 2);
        attempts += job.get("attempts").asInt();
      }
      // Only what ran when the master was killed has run twice: at most one in each worker.
      assertThat(attempts).isBetween(1001, 1000 + PercoreServer.WORKERS);
      assertThat(next.get(jobs.getFirst()).json().get("attempts").asInt()).isEqualTo(2);
      assertThat(next.get(jobs.get(999)).json().at("/result/result").asInt()).isEqualTo(1_000_999);
    }
  }

  @Test
  void aJobRunsAgainWhenItsWorkerIsKilled() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1")) {
      String job = location(submit(server, "/calc/count?n=8000000000"));
      String behind = location(submit(server, "/calc/count?n=9"));
      awaitState(server, job, "running");
      OsProcesses.send("KILL", server.worker(0).pid());

      assertThat(awaitStateInSpiteOfDeaths(server, job, "succeeded").get("attempts").asInt())
          .isEqualTo(2);
      assertThat(awaitState(server, behind, "succeeded").get("attempts").asInt()).isOne();
    }
  }

  @Test
  void aJobThatKillsItsWorkersIsGivenUpAndOthersAreNot() throws Exception {
    new PluginJar()
        .source("example.Poison", POISON.replace("@FOLDER@", folder.toString()))
        .service(FUNCTION, "example.Poison")
        .writeTo(folder.resolve("plugins/poison.jar"));
    try (PercoreServer server = PercoreServer.start(folder)) {
      List<String> others = new ArrayList<>();
      // All are there before it runs, since it takes its worker's connections along.
      Files.createFile(folder.resolve("wait"));
      String poison = location(submit(server, "/calc/poison"));
      for (int i = 0; i < 20; i++) {
        others.add(location(submit(server, "/calc/count?n=" + i)));
      }
      Files.delete(folder.resolve("wait"));
      JsonNode given = awaitStateInSpiteOfDeaths(server, poison, "failed");
      assertThat(given.get("attempts").asInt()).isEqualTo(3);
      assertThat(given.at("/problem/type").asString()).isEqualTo("/problems/poison-job");
      assertThat(given.at("/problem/detail").asString()).contains("3 workers");
      for (String other : others) {
        assertThat(awaitState(server, other, "succeeded").get("attempts").asInt()).isOne();
      }
    }
  }

  @Test
  void jobsGoOnThroughAReloadAndAnUpgrade() throws Exception {
    ConfigFile.write(folder);
    try (PercoreServer server = PercoreServer.startByFile(folder)) {
      List<String> jobs = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        jobs.add(location(submit(server, "/calc/count?n=" + (200_000_000 + i))));
      }
      server.signal("HUP");
      server.awaitSettled(2);
      server.signal("USR2");
      server.followSuccessor();
      Await.until("all end", () -> count(server, "succeeded"), ended -> ended == 60);
      for (String job : jobs) {
        // A worker of the former master that drains cannot ask for jobs any more.
        RawAnswer shown = Await.until(job, () -> server.get(job), answer -> answer.status() != 503);
        assertThat(shown.status()).as("%s: %s", job, shown.body()).isEqualTo(200);
        assertThat(shown.json().get("attempts").asInt()).as(job).isBetween(1, 3);
      }
    }
  }

  private static int count(PercoreServer server, String state) throws Exception {
    RawAnswer list = server.get("/jobs?limit=1000&state=" + state);
    return list.status() == 200 ? list.json().get("jobs").size() : -1;
  }

  private static List<String> ids(PercoreServer server, String list) throws Exception {
    return server
        .get(list)
        .json()
        .get("jobs")
        .valueStream()
        .map(j -> j.get("id").asString())
        .toList();
  }

  private static JsonNode awaitState(PercoreServer server, String job, String state)
      throws Exception {
    return Await.until(
        job + " is " + state,
        () -> server.get(job).json(),
        shown -> shown.path("state").asString("").equals(state));
  }

  /// The same while workers die, who take the connections along on which somebody asks.
  private static JsonNode awaitStateInSpiteOfDeaths(PercoreServer server, String job, String state)
      throws Exception {
    return Await.until(
        job + " is " + state,
        () -> {
          try {
            return server.get(job).json();
          } catch (EOFException | SocketException cut) {
            return MissingNode.getInstance();
          }
        },
        shown -> shown.path("state").asString("").equals(state));
  }

  private static String location(HttpResponse<String> accepted) {
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
    return accepted.headers().firstValue("Location").orElseThrow();
  }

  private HttpResponse<String> submit(PercoreServer server, String target) throws Exception {
    return send(request(server, target).header("Prefer", "respond-async").GET());
  }

  private HttpResponse<String> delete(PercoreServer server, String target) throws Exception {
    return send(request(server, target).DELETE());
  }

  private HttpResponse<String> keyed(PercoreServer server, String json, String key, boolean async)
      throws Exception {
    HttpRequest.Builder post =
        request(server, "/calc/count")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(json));
    return send(async ? post.header("Prefer", "respond-async") : post);
  }

  private static HttpRequest.Builder request(PercoreServer server, String target) {
    return HttpRequest.newBuilder(URI.create("http:/" + server.service() + target))
        .timeout(Await.LIMIT);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
