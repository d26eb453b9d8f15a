package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The pool is closed, joined, terminated and opened.
final class PoolIT {
  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir private Path folder;

  @Test
  void aClosedPoolFinishesItsWorkAndTakesNoMore() throws Exception {
    PluginJar.writeSlow(folder, true);
    try (PercoreServer server = PercoreServer.start(folder);
        RawConnection call = server.connect().sendGet("/calc/slow")) {
      String job = job(server, "/calc/slow");
      Await.until(
          "both are at work",
          () -> server.workers().stream().mapToInt(worker -> worker.running()).sum(),
          running -> running == 2);
      assertThat(server.command("pool", "join").exitCode()).isEqualTo(1);

      assertThat(server.command("pool", "close").out()).contains("the pool is closed");
      assertThat(server.command("status").out()).contains("pool     closed");
      assertRefused(server);
      assertThat(server.get("/healthz").status()).isEqualTo(200);
      assertThat(server.get("/calc/").status()).isEqualTo(200);

      CompletableFuture<Distribution.Outcome> joined =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return server.command("pool", "join");
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      assertThat(joined).isNotDone();
      Files.createFile(folder.resolve("go"));

      assertThat(joined.get().exitCode()).isZero();
      assertThat(call.receive().status()).isEqualTo(200);
      assertThat(server.get(job).json().get("state").asString()).isEqualTo("succeeded");

      assertThat(server.command("pool", "open").exitCode()).isZero();
      assertThat(server.get("/calc?n=1").status()).isEqualTo(200);
      assertThat(server.command("status").out()).contains("pool     open");
    }
  }

  @Test
  void aTerminatedPoolGivesUpItsWork() throws Exception {
    String endless = "/calc?n=100000000000";
    ConfigFile.write(folder, "workers=1");
    try (PercoreServer server = PercoreServer.startByFile(folder);
        RawConnection running = server.connect().sendGet(endless);
        RawConnection waiting = server.connect().sendGet(endless)) {
      server.awaitWorker(0, "has both", worker -> worker.running() + worker.queued() == 2);
      String job = job(server, endless.replace("/calc?", "/calc/count?"));

      assertThat(server.command("pool", "terminate").exitCode()).isZero();

      assertThat(running.receive().status()).isEqualTo(503);
      assertThat(waiting.receive().status()).isEqualTo(503);
      assertThat(server.command("pool", "join").exitCode()).isZero();
      assertThat(server.get(job).json().get("state").asString()).isEqualTo("cancelled");
      assertRefused(server);
      // A worker that starts now takes no work either.
      server.signal("HUP");
      server.awaitSettled(2);
      assertRefused(server);
      assertThat(server.command("pool", "open").exitCode()).isZero();
      assertThat(server.get("/calc?n=1").status()).isEqualTo(200);
    }
  }

  private void assertRefused(PercoreServer server) throws Exception {
    RawAnswer refused = server.get("/calc?n=1");
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.json().get("type").asString()).isEqualTo("/problems/pool-closed");
    assertThat(server.post("/calc/count/map", "[1]").statusCode()).isEqualTo(503);
    assertThat(submit(server, "/calc/count?n=1").statusCode()).isEqualTo(503);
  }

  private String job(PercoreServer server, String target) throws Exception {
    HttpResponse<String> accepted = submit(server, target);
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
    return accepted.headers().firstValue("Location").orElseThrow();
  }

  private HttpResponse<String> submit(PercoreServer server, String target) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http:/" + server.service() + target))
            .header("Prefer", "respond-async")
            .timeout(Await.LIMIT)
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
