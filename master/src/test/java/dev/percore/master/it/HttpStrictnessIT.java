package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests as they should not be, octet by octet.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HttpStrictnessIT {
  private static final String NEXT = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

  private PercoreServer server;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    server = PercoreServer.start(folder, "workers=1", "limits.request_line=1k", "limits.body=4k");
  }

  @AfterAll
  void stop() throws Exception {
    server.close();
  }

  // In the requests ~ stands for CR LF, ^ for CR, _ for LF, and > for a tabulator.
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          length and chunks          | 400 | POST /calc/count HTTP/1.1~Host: x~Content-Length: 5~Transfer-Encoding: chunked~~0~~
          chunks and length          | 400 | POST /calc/count HTTP/1.1~Host: x~Transfer-Encoding: chunked~Content-Length: 5~~0~~
          two lengths                | 400 | POST /calc/count HTTP/1.1~Host: x~Content-Length: 5~Content-Length: 6~~hello
          a list of lengths          | 400 | POST /calc/count HTTP/1.1~Host: x~Content-Length: 5, 5~~hello
          a length with a sign       | 400 | POST /calc/count HTTP/1.1~Host: x~Content-Length: +5~~hello
          a length in hexadecimal    | 400 | POST /calc/count HTTP/1.1~Host: x~Content-Length: 0x5~~hello
          a negative length          | 400 | POST /calc/count HTTP/1.1~Host: x~Content-Length: -1~~
          a length beyond all limits | 400 | POST /calc/count HTTP/1.1~Host: x~Content-Length: 99999999999999999999~~
          chunks not last            | 400 | POST /calc/count HTTP/1.1~Host: x~Transfer-Encoding: chunked, gzip~~0~~
          chunks twice               | 400 | POST /calc/count HTTP/1.1~Host: x~Transfer-Encoding: chunked~Transfer-Encoding: chunked~~0~~
          another coding             | 501 | POST /calc/count HTTP/1.1~Host: x~Transfer-Encoding: gzip~~
          chunks in HTTP/1.0         | 400 | POST /calc/count HTTP/1.0~Transfer-Encoding: chunked~~0~~
          a bad chunk size           | 400 | POST /calc/count HTTP/1.1~Host: x~Transfer-Encoding: chunked~~5g~hello~0~~
          a signed chunk size        | 400 | POST /calc/count HTTP/1.1~Host: x~Transfer-Encoding: chunked~~-1~hello~0~~
          a huge chunk size          | 400 | POST /calc/count HTTP/1.1~Host: x~Transfer-Encoding: chunked~~fffffffff~hello~0~~
          a chunk too long           | 400 | POST /calc/count HTTP/1.1~Host: x~Transfer-Encoding: chunked~~2~hello~0~~
          a chunk without CR         | 400 | POST /calc/count HTTP/1.1~Host: x~Transfer-Encoding: chunked~~5_hello~0~~
          a space before the colon   | 400 | GET /healthz HTTP/1.1~Host : x~~
          a folded line              | 400 | GET /healthz HTTP/1.1~Host: x~A: b~ c~~
          a bare LF                  | 400 | GET /healthz HTTP/1.1_Host: x__
          a bare CR in a value       | 400 | GET /healthz HTTP/1.1~Host: x~A: b^c~~
          a field without a colon    | 400 | GET /healthz HTTP/1.1~Host: x~nonsense~~
          a field without a name     | 400 | GET /healthz HTTP/1.1~Host: x~: b~~
          no host                    | 400 | GET /healthz HTTP/1.1~~
          two hosts                  | 400 | GET /healthz HTTP/1.1~Host: x~Host: x~~
          a host that is none        | 400 | GET /healthz HTTP/1.1~Host: a b~~
          no target                  | 400 | GET  HTTP/1.1~Host: x~~
          two spaces                 | 400 | GET  /healthz HTTP/1.1~Host: x~~
          a tabulator for a space    | 400 | GET>/healthz HTTP/1.1~Host: x~~
          a relative target          | 400 | GET healthz HTTP/1.1~Host: x~~
          half an encoded octet      | 400 | GET /%4 HTTP/1.1~Host: x~~
          an encoded non-octet       | 400 | GET /%zz HTTP/1.1~Host: x~~
          encoded non-UTF-8          | 400 | GET /%ff HTTP/1.1~Host: x~~
          no version                 | 400 | GET /healthz~Host: x~~
          a lower-case version       | 400 | GET /healthz http/1.1~Host: x~~
          version 2                  | 505 | GET /healthz HTTP/2.0~Host: x~~
          a TLS hello                | 400 | #16#03#01
          a proxy's method           | 501 | CONNECT x:80 HTTP/1.1~Host: x~~
          another expectation        | 417 | POST /calc/count HTTP/1.1~Host: x~Expect: tea~Content-Length: 2~~{}
          a body too large           | 413 | POST /calc/count HTTP/1.1~Host: x~Content-Length: 4097~~
          """)
  void refusesAndCloses(String what, int status, String request) throws Exception {
    try (RawConnection connection = server.connect()) {
      // What follows must never be taken for a request.
      connection.send(octets(request) + NEXT);
      RawAnswer answer = connection.receive();
      assertThat(answer.status()).as("%s: %s", what, answer).isEqualTo(status);
      assertThat(answer.header("Connection")).isEqualTo("close");
      assertThat(answer.json().get("status").asInt()).isEqualTo(status);
      assertThat(connection.awaitEnd()).as("octets after the answer").isZero();
    }
  }

  private static String octets(String text) {
    return text.replace("~", "\r\n")
        .replace("^", "\r")
        .replace("_", "\n")
        .replace(">", "\t")
        .replace("#16#03#01", "\u0016\u0003\u0001");
  }

  @Test
  void refusesARequestLineThatIsTooLong() throws Exception {
    assertRefused("GET /" + "a".repeat(2000) + " HTTP/1.1\r\nHost: x\r\n\r\n", 414);
  }

  @Test
  void refusesHeadersThatAreTooLarge() throws Exception {
    assertRefused("GET / HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(40_000) + "\r\n\r\n", 431);
  }

  @Test
  void refusesTooManyHeaders() throws Exception {
    assertRefused("GET / HTTP/1.1\r\nHost: x\r\n" + "A: b\r\n".repeat(100) + "\r\n", 431);
  }

  @Test
  void refusesAChunkedBodyThatGrowsTooLarge() throws Exception {
    assertRefused(
        "POST /calc/count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            + ("400\r\n" + "a".repeat(1024) + "\r\n").repeat(5)
            + "0\r\n\r\n",
        413);
  }

  private void assertRefused(String request, int status) throws Exception {
    try (RawConnection connection = server.connect()) {
      assertThat(connection.send(request).receive().status()).isEqualTo(status);
      assertThat(connection.awaitEnd()).isZero();
    }
  }

  @Test
  void answersPipelinedRequestsInTheirOrder() throws Exception {
    try (RawConnection connection = server.connect()) {
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 100; i++) {
        // The first takes longest; between them are some that need no core.
        requests.append(get("/calc?n=" + (100 - i) * 10_000)).append(NEXT);
      }
      connection.send(requests.toString());
      for (int i = 0; i < 100; i++) {
        assertThat(connection.receive().json().get("result").asInt()).isEqualTo((100 - i) * 10_000);
        assertThat(connection.receive().text()).isEqualTo("ok");
      }
    }
  }

  @Test
  void readsARequestThatComesOctetByOctet() throws Exception {
    try (RawConnection connection = server.connect()) {
      String body = "3\r\n{\"n\r\n4;x=y\r\n\":9}\r\n0\r\nTrailer: t\r\n\r\n";
      String request =
          "POST /calc/count HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n"
              + body;
      for (int i = 0; i < request.length(); i++) {
        connection.send(request.substring(i, i + 1));
      }
      assertThat(connection.receive().json().get("result").asInt()).isEqualTo(9);
    }
  }

  @Test
  void tellsAClientThatAsksToGoOn() throws Exception {
    try (RawConnection connection = server.connect()) {
      connection.send(
          octets(
              "POST /calc/count HTTP/1.1~Host: x~Content-Type: application/json~"
                  + "Content-Length: 7~Expect: 100-continue~~"));
      assertThat(connection.receive().status()).isEqualTo(100);
      connection.send("{\"n\":4}");
      assertThat(connection.receive().json().get("result").asInt()).isEqualTo(4);
    }
  }

  @Test
  void headOptionsAndForeignMethodsAreAnsweredByTheRules() throws Exception {
    try (RawConnection connection = server.connect()) {
      RawAnswer head = connection.sendHead("HEAD /healthz HTTP/1.1", "Host: x").receiveHead();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("Content-Length")).isEqualTo("2");
      RawAnswer options = connection.sendHead("OPTIONS /calc/pi HTTP/1.1", "Host: x").receive();
      assertThat(options.status()).isEqualTo(204);
      assertThat(options.header("Allow")).isEqualTo("GET, HEAD, OPTIONS, POST");
      assertThat(connection.sendHead("OPTIONS * HTTP/1.1", "Host: x").receive().status())
          .isEqualTo(204);
      RawAnswer deleted = connection.sendHead("DELETE /calc HTTP/1.1", "Host: x").receive();
      assertThat(deleted.status()).isEqualTo(405);
      assertThat(deleted.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
      assertThat(connection.sendHead("BREW /calc HTTP/1.1", "Host: x").receive().status())
          .isEqualTo(501);
    }
  }

  @Test
  void keepsAConnectionAsTheClientWants() throws Exception {
    assertKept("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", true);
    assertKept("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", false);
    assertKept("GET /healthz HTTP/1.0\r\n\r\n", false);
    assertKept("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true);
  }

  private void assertKept(String request, boolean kept) throws Exception {
    try (RawConnection connection = server.connect()) {
      assertThat(connection.send(request).receive().status()).isEqualTo(200);
      if (kept) {
        assertThat(connection.get("/healthz").status()).isEqualTo(200);
      } else {
        assertThat(connection.awaitEnd()).isZero();
      }
    }
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }
}
