package dev.percore.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.ServerConfig;
import dev.percore.config.ServerConfig.AccessLogFormat;
import dev.percore.config.ServerConfig.ForwardedField;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {
  private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
  private static final int PROXY = 0x21;
  private static final int LOCAL = 0x20;
  private static final int TCP4 = 0x11;
  private static final int TCP6 = 0x21;
  private static final int UNIX_STREAM = 0x31;
  private static final String REQUEST = "GET /who HTTP/1.1\r\nHost: a\r\n\r\n";

  @TempDir private Path folder = Path.of("/");

  @ParameterizedTest
  @CsvSource({
    "PROXY TCP4 192.0.2.1 10.0.0.1 5000 80, 192.0.2.1",
    "PROXY TCP6 2001:DB8::0:1 ::1 5000 80, 2001:db8::1",
    "PROXY UNKNOWN, 127.0.0.1",
    "PROXY UNKNOWN whatever it says, 127.0.0.1"
  })
  void takesTheAddressOfAProxyHeaderInText(String header, String client) {
    try (TestServer server = proxied();
        Client proxy = server.connect()) {
      proxy.send(header + "\r\n" + REQUEST);

      assertThat(proxy.read().body()).isEqualTo(client);
      assertThat(proxy.get("/who").read().body()).as("for the whole connection").isEqualTo(client);
    }
  }

  @Test
  void takesTheAddressOfABinaryProxyHeader() {
    assertThat(client(header(PROXY, TCP4, v4("192.0.2.1")))).isEqualTo("192.0.2.1");
    assertThat(client(header(PROXY, TCP6, v6("2001:db8::1")))).isEqualTo("2001:db8::1");
    assertThat(client(header(PROXY, UNIX_STREAM, new byte[216]))).isEqualTo("unix:");
    assertThat(client(header(PROXY, TCP4, v4("192.0.2.1"), new byte[] {5, 0, 2, 1, 2})))
        .as("with an extension")
        .isEqualTo("192.0.2.1");
  }

  @Test
  void takesAProxyThatSpeaksForItselfAsTheClient() {
    assertThat(client(header(LOCAL, 0))).isEqualTo("127.0.0.1");
    assertThat(client(header(LOCAL, TCP4, v4("192.0.2.1")))).isEqualTo("127.0.0.1");
    assertThat(client(header(PROXY, 0))).as("unspecified").isEqualTo("127.0.0.1");
  }

  @Test
  void takesAProxyHeaderInPieces() {
    try (TestServer server = proxied()) {
      for (byte[] header :
          new byte[][] {
            ascii("PROXY TCP4 192.0.2.1 10.0.0.1 5000 80\r\n"), header(PROXY, TCP4, v4("192.0.2.1"))
          }) {
        try (Client proxy = server.connect()) {
          for (byte octet : concat(header, ascii(REQUEST))) {
            proxy.send(new byte[] {octet});
          }
          assertThat(proxy.read().body()).isEqualTo("192.0.2.1");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 5000\r\n",
        "PROXY TCP4 host 10.0.0.1 5000 80\r\n",
        "PROXY TCP4 ::1 ::1 5000 80\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 5000 70000\r\n",
        "PROXY TCP4 01.02.03.04 10.0.0.1 5000 80\r\n",
        "PROXY UDP4 192.0.2.1 10.0.0.1 5000 80\r\n",
        "PROXY TCP4 "
            + "                                                                        "
            + "                                        ",
        "xxxxxxxxxxxxxx\r\nPROXY TCP4 192.0.2.1 10.0.0.1 5000 80\r\nGET /who HTTP/1.0\r\n\r\n"
      })
  void cutsAConnectionWithoutAValidHeader(String start) {
    try (TestServer server = proxied();
        Client client = server.connect()) {
      client.send(start);

      assertEnded(client);
      awaitRefused(server, "invalid");
      Eventually.await("closed", () -> server.metric("percore_http_connections") == 0);
    }
  }

  @Test
  void cutsAConnectionWithAnInvalidBinaryHeader() {
    for (byte[] header :
        new byte[][] {
          header(0x11, TCP4, v4("192.0.2.1")),
          header(0x2f, TCP4, v4("192.0.2.1")),
          header(PROXY, TCP4, new byte[4]),
          header(PROXY, TCP4, v4("192.0.2.1"), new byte[] {5, 1, 0, 1}),
          header(PROXY, TCP4, v4("192.0.2.1"), new byte[8192])
        }) {
      try (TestServer server = proxied();
          Client client = server.connect()) {
        client.send(header);

        assertEnded(client);
        awaitRefused(server, "invalid");
      }
    }
  }

  @Test
  void cutsAPeerThatIsNoTrustedProxyAtOnce() {
    try (TestServer server =
            TestServer.with()
                .proxyProtocol()
                .trust(ForwardedField.X_FORWARDED_FOR, "10.0.0.0/8")
                .start();
        Client client = server.connect()) {
      assertEnded(client);
      awaitRefused(server, "untrusted");
    }
  }

  @Test
  void cutsAConnectionWhoseHeaderDoesNotComeInTime() {
    try (TestServer server =
            TestServer.with()
                .proxyProtocol()
                .trust(ForwardedField.X_FORWARDED_FOR, "127.0.0.1")
                .headerTimeout(Duration.ofMillis(50))
                .start();
        Client client = server.connect()) {
      client.send("PROXY TCP4 192.0.2.1");

      assertEnded(client);
      awaitRefused(server, "missing");
    }
  }

  @Test
  void aDrainDoesNotWaitForAHeader() {
    try (TestServer server = proxied();
        Client client = server.connect()) {
      client.send("PROXY TCP4");
      Eventually.await("counted", () -> server.metric("percore_http_connections") == 1);
      server.drain();

      assertEnded(client);
      server.front.drained().toCompletableFuture().join();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X_FORWARDED_FOR | X-Forwarded-For: 192.0.2.1, 127.0.0.1 | 192.0.2.1",
        "X_FORWARDED_FOR | Forwarded: for=192.0.2.1              | 127.0.0.1",
        "X_FORWARDED_FOR | X-Forwarded-For: nonsense             | 127.0.0.1",
        "FORWARDED       | forwarded: for=192.0.2.1;proto=https  | 192.0.2.1",
        "FORWARDED       | X-Forwarded-For: 192.0.2.1            | 127.0.0.1",
      })
  void believesTheOneFieldThatIsConfigured(ForwardedField field, String line, String client) {
    try (TestServer server = TestServer.with().trust(field, "127.0.0.0/8").start();
        Client proxy = server.connect()) {
      proxy.send("GET /who HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\n");

      assertThat(proxy.read().body()).isEqualTo(client);
    }
  }

  @Test
  void believesNobodyWhoIsNotTrusted() {
    try (TestServer server = TestServer.started();
        Client client = server.connect()) {
      client.send("GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n");

      assertThat(client.read().body()).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void believesWhomAProxyHeaderNamesOnlyIfThatIsTrustedToo() {
    try (TestServer server =
        TestServer.with()
            .proxyProtocol()
            .trust(ForwardedField.X_FORWARDED_FOR, "127.0.0.1", "10.0.0.0/8")
            .start()) {
      assertThat(forwardedBy(server, "192.0.2.1")).isEqualTo("192.0.2.1");
      assertThat(forwardedBy(server, "10.0.0.1")).isEqualTo("192.0.2.9");
    }
  }

  @Test
  void logsTheClientThatAProxySpeaksFor() throws IOException {
    Path file = folder.resolve("access.log");
    try (TestServer server =
            TestServer.with()
                .trust(ForwardedField.X_FORWARDED_FOR, "127.0.0.1")
                .accessLog(AccessLogFormat.COMBINED, file)
                .start();
        Client proxy = server.connect()) {
      proxy.send("GET /quick HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 2001:db8::1\r\n\r\n").read();
    }
    assertThat(Files.readString(file)).startsWith("2001:db8::1 - - [");
  }

  @Test
  void servesWithProbesOfSilentClients() {
    var probes = new ServerConfig.KeepAlive(Duration.ofSeconds(9), Duration.ofSeconds(3), 2);
    try (TestServer server = TestServer.with().keepAlive(probes).start();
        Client client = server.connect()) {
      assertThat(client.get("/quick").read().status()).isEqualTo(200);
    }
  }

  private static TestServer proxied() {
    return TestServer.with()
        .proxyProtocol()
        .trust(ForwardedField.X_FORWARDED_FOR, "127.0.0.1")
        .start();
  }

  private static String client(byte[] header) {
    try (TestServer server = proxied();
        Client proxy = server.connect()) {
      return proxy.send(concat(header, ascii(REQUEST))).read().body();
    }
  }

  private static String forwardedBy(TestServer server, String source) {
    try (Client proxy = server.connect()) {
      proxy.send("PROXY TCP4 " + source + " 10.0.0.1 5000 80\r\n");
      return proxy
          .send("GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.9\r\n\r\n")
          .read()
          .body();
    }
  }

  private static void awaitRefused(TestServer server, String reason) {
    String sample = "percore_http_proxy_refused_total{reason=\"" + reason + "\"}";
    Eventually.await("counted", () -> server.metric(sample) == 1);
  }

  // A reset says so too: what the client has sent was not read.
  private static void assertEnded(Client client) {
    try {
      assertThat(client.isEnded()).isTrue();
    } catch (UncheckedIOException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  private static byte[] header(int versionAndCommand, int family, byte[]... parts) {
    byte[] addresses = concat(parts);
    byte[] fixed = {
      (byte) versionAndCommand,
      (byte) family,
      (byte) (addresses.length >> 8),
      (byte) addresses.length
    };
    return concat(SIGNATURE, fixed, addresses);
  }

  private static byte[] v4(String source) {
    return concat(address(source), address("10.0.0.1"), new byte[] {1, 2, 0, 80});
  }

  private static byte[] v6(String source) {
    return concat(address(source), address("::1"), new byte[] {1, 2, 0, 80});
  }

  private static byte[] address(String text) {
    return InetAddress.ofLiteral(text).getAddress();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      whole.writeBytes(part);
    }
    return whole.toByteArray();
  }
}
