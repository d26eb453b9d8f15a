package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The ends of jobs get to their receivers, and to nobody else.
final class WebhookIT {
  private static final String ENDLESS = "/calc/count?n=100000000000";

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir private Path folder;

  @Test
  void theEndsOfJobsAreDeliveredWhoeverDies() throws Exception {
    int port = freePort();
    String lost;
    String callback = "http://127.0.0.1:" + port + "/ok";
    try (PercoreServer server = start("127.0.0.1:*", true)) {
      lost = submit(server, "/calc/count?n=3", "callback", callback);
      assertThat(awaitAttempts(server, lost, 1).get("state").asString()).isEqualTo("pending");
      server.killMaster();
    }
    try (PercoreServer server = start("127.0.0.1:*", true)) {
      try (var receiver = WebhookReceiver.start(port)) {
        awaitDelivery(server, lost, "delivered");
        assertThat(receiver.at("/ok")).extracting(each -> "/jobs/" + each.id()).contains(lost);

        theReceiverIsToldOfResultsAndOfFailures(server, receiver);
        theReceiverHasTroubleAndGetsItLater(server, receiver);
        aRedirectIsNotFollowed(server, receiver);
      }
      whoIsNotAllowedIsRefusedAtOnce(server);

      // The receiver is down, and comes up when there is another master.
      String job = submit(server, "/calc/count?n=4", "callback", callback);
      awaitAttempts(server, job, 2);
      server.signal("USR2");
      server.followSuccessor();
      try (var receiver = WebhookReceiver.start(port)) {
        awaitDelivery(server, job, "delivered");
        assertThat(receiver.at("/ok")).extracting(each -> "/jobs/" + each.id()).contains(job);
      }
    }
  }

  private void theReceiverIsToldOfResultsAndOfFailures(
      PercoreServer server, WebhookReceiver receiver) throws Exception {
    String url = receiver.url("/ok?a=b&c=%20");
    String job = submit(server, "/calc/count?n=1000", "callback", url);
    awaitDelivery(server, job, "delivered");
    WebhookReceiver.Delivery told = receiver.at("/ok?a=b&c=%20").getFirst();
    assertThat(told.body().get("type").asString()).isEqualTo("job.succeeded");
    assertThat(told.body().get("timestamp")).isEqualTo(told.body().at("/data/ended"));
    assertThat(told.body().at("/data/links/self").asString()).isEqualTo(job);
    assertThat(told.body().at("/data/result/result").asInt()).isEqualTo(1000);
    assertThat(told.body().at("/data/result/arguments").propertyNames()).containsExactly("n");

    String cancelled = submit(server, ENDLESS, "error_callback", receiver.url("/ok?cancelled"));
    http.send(request(server, cancelled).DELETE().build(), HttpResponse.BodyHandlers.discarding());
    awaitDelivery(server, cancelled, "delivered");
    assertThat(receiver.at("/ok?cancelled").getFirst().body().get("type").asString())
        .isEqualTo("job.cancelled");
    assertThat(receiver.at("/ok?cancelled").getFirst().body().at("/data/problem/type").asString())
        .isEqualTo("/problems/job-cancelled");

    // A success is no news for error_callback.
    String fine = submit(server, "/calc/count?n=1", "error_callback", receiver.url("/ok?fine"));
    Await.until("an end", () -> server.get(fine).json().path("ended").isString());
    assertThat(server.get(fine).json().has("delivery")).isFalse();
  }

  private void theReceiverHasTroubleAndGetsItLater(PercoreServer server, WebhookReceiver receiver)
      throws Exception {
    String failing = submit(server, "/calc/count?n=5", "callback", receiver.url("/fails/2"));
    String slow = submit(server, "/calc/count?n=6", "callback", receiver.url("/hangs/1"));
    String gone = submit(server, "/calc/count?n=7", "callback", receiver.url("/status/410"));
    assertThat(awaitDelivery(server, failing, "delivered").get("attempts").asInt())
        .isGreaterThanOrEqualTo(3);
    assertThat(awaitDelivery(server, slow, "delivered").get("attempts").asInt())
        .isGreaterThanOrEqualTo(2);
    assertThat(awaitDelivery(server, gone, "given-up").get("attempts").asInt()).isEqualTo(1);
    for (String path : List.of("/fails/2", "/hangs/1")) {
      List<WebhookReceiver.Delivery> all = receiver.at(path);
      assertThat(all).extracting(WebhookReceiver.Delivery::id).containsOnly(all.getFirst().id());
      assertThat(all)
          .extracting(WebhookReceiver.Delivery::body)
          .containsOnly(all.getFirst().body());
    }
    assertThat(server.getAdmin("/metrics").body())
        .containsPattern("percore_webhook_attempts_total\\{outcome=\"failed\"[^}]*} [1-9]")
        .containsPattern("percore_webhooks_given_up_total\\{[^}]*} 1\\.0")
        .containsPattern("percore_webhooks_pending\\{[^}]*} 0\\.0");
    var _ =
        server
            .output()
            .awaitLine(".*is not delivered to 127.0.0.1, after 1 attempts: status 410.*");
  }

  private void aRedirectIsNotFollowed(PercoreServer server, WebhookReceiver receiver)
      throws Exception {
    try (ServerSocket trap = trap()) {
      receiver.sendTo("http://127.0.0.1:" + trap.getLocalPort() + "/");
      String job = submit(server, "/calc/count?n=8", "callback", receiver.url("/to"));
      assertThat(awaitDelivery(server, job, "given-up").get("detail").asString())
          .isEqualTo("status 307");
      assertThat(receiver.at("/to")).hasSize(1);
      nobodyComes(trap);
    }
  }

  private void whoIsNotAllowedIsRefusedAtOnce(PercoreServer server) throws Exception {
    int before = server.get("/jobs").json().get("jobs").size();
    refused(server, "callback", "http://localhost/", 403, "callback-not-allowed");
    refused(server, "error_callback", "http://169.254.169.254/", 403, "callback-not-allowed");
    refused(server, "callback", "http://me:you@127.0.0.1/", 400, "bad-callback");
    refused(server, "callback", "ftp://127.0.0.1/", 400, "bad-callback");
    assertThat(server.get("/jobs").json().get("jobs")).hasSize(before);
    // Without a job there is nothing to tell of.
    assertThat(server.get("/calc/count?n=1&callback=http://127.0.0.1/").status()).isEqualTo(400);
  }

  @Test
  void privateAddressesAreNotConnectedToWhateverTheirName() throws Exception {
    try (PercoreServer server = start("localhost:* 127.0.0.1:*", false);
        ServerSocket trap = trap()) {
      String address = "http://127.0.0.1:" + trap.getLocalPort() + "/";
      HttpResponse<String> answer =
          refused(server, "callback", address, 403, "callback-not-allowed");
      assertThat(answer.body()).contains("webhooks.private_addresses");

      String name = "http://localhost:" + trap.getLocalPort() + "/";
      String job = submit(server, "/calc/count?n=1", "callback", name);
      assertThat(awaitDelivery(server, job, "given-up").get("detail").asString())
          .contains("may not be called");
      nobodyComes(trap);
      assertThat(server.command("config", "show").out())
          .contains("webhook-secrets")
          .doesNotContain("MfKQ9r8GKYqrTwjUPD8");
    }
  }

  private PercoreServer start(String hosts, boolean privateAddresses) throws Exception {
    Path secrets = folder.resolve("webhook-secrets");
    // In the middle of a rotation: the receiver knows the second one.
    Files.writeString(
        secrets, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n" + WebhookReceiver.SECRET + "\n");
    return PercoreServer.start(
        folder,
        "workers=1",
        "webhooks.hosts=" + hosts,
        "webhooks.secret_file=" + secrets,
        "webhooks.private_addresses=" + privateAddresses,
        "webhooks.timeout=2s",
        "webhooks.attempts=100",
        "webhooks.backoff_initial=50ms",
        "webhooks.backoff_max=1s");
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static ServerSocket trap() throws Exception {
    ServerSocket trap = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
    trap.setSoTimeout(1);
    return trap;
  }

  // Whoever has come is in its queue.
  private static void nobodyComes(ServerSocket trap) {
    assertThatThrownBy(trap::accept).isInstanceOf(SocketTimeoutException.class);
  }

  private static JsonNode awaitAttempts(PercoreServer server, String job, int attempts)
      throws Exception {
    return Await.until(
        attempts + " attempts for " + job,
        () -> server.get(job).json().path("delivery"),
        delivery -> delivery.path("attempts").asInt(0) >= attempts);
  }

  private static JsonNode awaitDelivery(PercoreServer server, String job, String state)
      throws Exception {
    return Await.until(
        job + " is " + state,
        () -> server.get(job).json().path("delivery"),
        delivery -> delivery.path("state").asString("").equals(state));
  }

  private String submit(PercoreServer server, String target, String parameter, String url)
      throws Exception {
    HttpResponse<String> accepted = call(server, target, parameter, url);
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
    return accepted.headers().firstValue("Location").orElseThrow();
  }

  private HttpResponse<String> refused(
      PercoreServer server, String parameter, String url, int status, String type)
      throws Exception {
    HttpResponse<String> answer = call(server, "/calc/count?n=1", parameter, url);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains("/problems/" + type).contains("The " + parameter);
    return answer;
  }

  private HttpResponse<String> call(
      PercoreServer server, String target, String parameter, String url) throws Exception {
    String argument = "&" + parameter + "=" + URLEncoder.encode(url, StandardCharsets.UTF_8);
    return http.send(
        request(server, target + argument).header("Prefer", "respond-async").build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(PercoreServer server, String target) {
    return HttpRequest.newBuilder(URI.create("http:/" + server.service() + target))
        .timeout(Await.LIMIT);
  }
}
