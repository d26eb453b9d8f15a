package dev.percore.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SemanticsTest {
  private final TestServer server =
      TestServer.with()
          .route(TestServer.get("pages", "/pages/", e -> e.respond(Response.empty(204))))
          .route(
              TestServer.get(
                  "304", "/304", e -> e.respond(Response.text(304, "x").with("ETag", "\"a\""))))
          .route(
              TestServer.get(
                  "fail",
                  "/fail",
                  _ -> {
                    throw new IllegalStateException("secret");
                  }))
          .route(
              TestServer.get(
                  "reserved",
                  "/reserved",
                  e -> e.respond(Response.text(200, "x").with("content-length", "7"))))
          .route(
              TestServer.get(
                  "problem",
                  "/problem",
                  e ->
                      e.respond(
                          new Problem(
                              400,
                              "out-of-range",
                              "Out of range",
                              "n is \"too\" large",
                              Map.of("range", List.of(1, 2.5, Map.of("a", true)))))))
          .start();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void headHasTheSameHeadersAndNoBody() {
    try (Client client = server.connect()) {
      client.send("HEAD /quick HTTP/1.1\r\nHost: a\r\n\r\n").get("/quick");
      Client.Answer head = client.readHead();
      Client.Answer get = client.read();

      assertThat(head.head()).isEqualTo(get.head());
      assertThat(get.body()).isEqualTo("quick");
    }
  }

  @Test
  void optionsTellsWhatAPathAllows() {
    try (Client client = server.connect()) {
      Client.Answer answer = client.send("OPTIONS /echo HTTP/1.1\r\nHost: a\r\n\r\n").read();

      assertThat(answer.status()).isEqualTo(204);
      assertThat(answer.header("Allow")).isEqualTo("OPTIONS, POST");
      assertThat(answer.header("Content-Length")).isNull();
    }
  }

  @Test
  void optionsTellsWhatTheServerAllows() {
    try (Client client = server.connect()) {
      Client.Answer answer = client.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").read();

      assertThat(answer.status()).isEqualTo(204);
      assertThat(answer.header("Allow")).isEqualTo("GET, HEAD, OPTIONS, POST");
    }
  }

  @Test
  void refusesAMethodThatThePathDoesNotTake() {
    try (Client client = server.connect()) {
      Client.Answer answer = client.send("DELETE /echo HTTP/1.1\r\nHost: a\r\n\r\n").read();

      assertThat(answer.status()).isEqualTo(405);
      assertThat(answer.header("Allow")).isEqualTo("OPTIONS, POST");
      assertThat(answer.body()).contains("\"type\":\"/problems/method-not-allowed\"");
      assertThat(client.get("/quick").read().status()).isEqualTo(200);
    }
  }

  @Test
  void doesNotImplementAMethodThatNobodyKnows() {
    try (Client client = server.connect()) {
      assertThat(client.send("BREW /echo HTTP/1.1\r\nHost: a\r\n\r\n").read().status())
          .isEqualTo(501);
      assertThat(client.send("get /quick HTTP/1.1\r\nHost: a\r\n\r\n").read().status())
          .isEqualTo(501);
    }
  }

  @Test
  void knowsNoOtherPath() {
    try (Client client = server.connect()) {
      Client.Answer answer = client.get("/nowhere").read();

      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
      assertThat(answer.body())
          .isEqualTo(
              """
              {"type":"/problems/not-found","title":"Not found","status":404,\
              "detail":"There is nothing at this path."}\
              """);
    }
  }

  @Test
  void routesByTheDecodedPath() {
    try (Client client = server.connect()) {
      assertThat(client.get("/%71uick").read().status()).isEqualTo(200);
      assertThat(client.get("/pages/%2e%2e/quick").read().body()).isEqualTo("quick");
      assertThat(client.get("http://b/quick").read().body()).isEqualTo("quick");
      assertThat(client.get("/pages/..%2fquick").read().status()).isEqualTo(400);
    }
  }

  @Test
  void aFailingHandlerTellsTheClientNothing() {
    try (Client client = server.connect()) {
      Client.Answer answer = client.get("/fail").read();

      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.body()).contains("internal-error").doesNotContain("secret");
      assertThat(client.get("/quick").read().status()).isEqualTo(200);
    }
  }

  @Test
  void aHandlerMustNotSetTheServersHeaders() {
    try (Client client = server.connect()) {
      assertThat(client.get("/reserved").read().status()).isEqualTo(500);
    }
  }

  @Test
  @SuppressWarnings("NullAway") // A handler may be written without such checks.
  void anAnswerThatCannotBeSentDoesNotLeaveTheClientWaiting() {
    try (Client client = server.connect()) {
      client.get("/held").get("/held").get("/quick");
      server.takeHeld().respond((Response) null);
      assertThat(client.read().status()).isEqualTo(500);
      server.takeHeld().respond(Problem.of(100, "x", "x", "x"));
      assertThat(client.read().status()).isEqualTo(500);
      assertThat(client.read().body()).isEqualTo("quick");
    }
  }

  @Test
  void rendersProblems() {
    try (Client client = server.connect()) {
      assertThat(client.get("/problem").read().body())
          .isEqualTo(
              """
              {"type":"/problems/out-of-range","title":"Out of range","status":400,\
              "detail":"n is \\"too\\" large","range":[1,2.5,{"a":true}]}\
              """);
    }
  }

  @Test
  void someStatusesHaveNoContent() {
    try (Client client = server.connect()) {
      Client.Answer none = client.get("/pages/x").read();
      Client.Answer notModified = client.get("/304").read();

      assertThat(none.status()).isEqualTo(204);
      assertThat(none.header("Content-Length")).isNull();
      assertThat(notModified.status()).isEqualTo(304);
      assertThat(notModified.header("ETag")).isEqualTo("\"a\"");
      assertThat(notModified.header("Content-Length")).isNull();
      assertThat(client.get("/quick").read().body()).isEqualTo("quick");
    }
  }

  @Test
  void sendsOneContinueWhenTheBodyIsAwaited() {
    try (Client client = server.connect()) {
      String head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n";
      client.send(head + "Expect: 100-continue\r\n\r\n");
      assertThat(client.readHead().head()).containsExactly("HTTP/1.1 100 Continue");
      client.send("a").send("bc");
      assertThat(client.read().body()).isEqualTo("abc");
      client.send(head + "Expect: 100-continue\r\n\r\nabc");
      assertThat(client.read().status()).isEqualTo(200);
    }
  }
}
