package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;

/// A receiver of webhooks that checks their signatures. What it answers is told by the path: `/ok`
/// takes it; `/fails/N` and `/hangs/N` do not take the first N; `/status/N` answers with that
/// status; `/to` sends elsewhere.
final class WebhookReceiver implements AutoCloseable {
  /// The secret that it shares with the server.
  static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
  private final List<AssertionError> flaws = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile String elsewhere = "";

  /// What came.
  record Delivery(String path, String id, JsonNode body) {}

  private WebhookReceiver(HttpServer server) {
    this.server = server;
  }

  /// @param port 0 for any
  static WebhookReceiver start(int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    var receiver = new WebhookReceiver(server);
    server.createContext("/", receiver::handle);
    server.setExecutor(receiver.threads);
    server.start();
    return receiver;
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /// Where `/to` sends to.
  void sendTo(String url) {
    elsewhere = url;
  }

  /// What came for a path, in order.
  List<Delivery> at(String path) {
    flaws.forEach(
        flaw -> {
          throw flaw;
        });
    return deliveries.stream().filter(each -> each.path().equals(path)).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().toString();
      try {
        String id = check(exchange.getRequestHeaders(), body);
        deliveries.add(
            new Delivery(path, id, Json.parse(new String(body, StandardCharsets.UTF_8))));
      } catch (AssertionError flaw) {
        flaws.add(flaw);
      }
      answer(exchange, path, at(path).size());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(HttpExchange exchange, String path, int count)
      throws IOException, InterruptedException {
    String[] parts = path.split("[/?]");
    switch (parts[1]) {
      case "ok" -> exchange.sendResponseHeaders(204, -1);
      case "status" -> exchange.sendResponseHeaders(Integer.parseInt(parts[2]), -1);
      case "fails" ->
          exchange.sendResponseHeaders(count <= Integer.parseInt(parts[2]) ? 500 : 204, -1);
      case "hangs" -> {
        if (count <= Integer.parseInt(parts[2])) {
          closing.await();
        }
        exchange.sendResponseHeaders(204, -1);
      }
      case "to" -> {
        exchange.getResponseHeaders().set("Location", elsewhere);
        exchange.sendResponseHeaders(307, -1);
      }
      default -> throw new IllegalArgumentException(path);
    }
  }

  private static String check(Headers headers, byte[] body) {
    assertThat(headers.getFirst("Content-Type")).isEqualTo("application/json");
    String id = headers.getFirst("webhook-id");
    String timestamp = headers.getFirst("webhook-timestamp");
    assertThat(Instant.ofEpochSecond(Long.parseLong(timestamp)))
        .isBetween(Instant.now().minus(Duration.ofMinutes(1)), Instant.now().plusSeconds(1));
    assertThat(headers.getFirst("webhook-signature").split(" "))
        .contains("v1," + hmac(id + "." + timestamp + ".", body));
    return id;
  }

  private static String hmac(String head, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] key = Base64.getDecoder().decode(SECRET.substring("whsec_".length()));
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(head.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdown();
  }
}
