package dev.percore.master.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SocketTransportTest {
  private static final Duration PLENTY = Duration.ofSeconds(20);
  private static final char[] PASSWORD = "password".toCharArray();

  private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();

  @TempDir private Path folder;
  private ServerSocket receiver = unbound();
  private volatile InetAddress[] resolved = {InetAddress.getLoopbackAddress()};
  private final AtomicInteger lookUps = new AtomicInteger();

  private static ServerSocket unbound() {
    try {
      return new ServerSocket();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void listen() throws Exception {
    receiver.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Files.writeString(folder.resolve("secrets"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
  }

  @AfterEach
  void end() throws Exception {
    receiver.close();
  }

  @Test
  void postsASignedDocumentToTheAddressThatItHasLookedUpOnce() throws Exception {
    answer("HTTP/1.1 204 No Content\r\n\r\n");
    assertThat(send("http://hooks.example:" + port() + "/x?y=z", true, PLENTY))
        .isEqualTo(new Outcome.Delivered("status 204"));
    assertThat(requests.take())
        .startsWith("POST /x?y=z HTTP/1.1\r\nHost: hooks.example:" + port() + "\r\n")
        .contains("\r\nContent-Type: application/json\r\nContent-Length: 20\r\n")
        .contains("\r\nwebhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek\r\nwebhook-timestamp: 1614265330")
        .contains("\r\nwebhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\r\n")
        .endsWith("\r\n\r\n{\"test\": 2432232314}");
    assertThat(lookUps).hasValue(1);
  }

  @Test
  void connectsToNobodyIfOneOfTheAddressesIsNotAllowed() throws Exception {
    resolved =
        new InetAddress[] {InetAddress.ofLiteral("1.1.1.1"), InetAddress.getLoopbackAddress()};
    assertThat(send("http://hooks.example:" + port() + "/", false, PLENTY))
        .isInstanceOf(Outcome.Refused.class)
        .extracting(Outcome::detail)
        .asString()
        .contains("may not be called");
    resolved = new InetAddress[] {InetAddress.ofLiteral("169.254.169.254")};
    assertThat(send("http://hooks.example/", true, PLENTY)).isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void triesTheNextAddressIfOneDoesNotTakeTheConnection() throws Exception {
    answer("HTTP/1.1 200 OK\r\n\r\n");
    resolved =
        new InetAddress[] {InetAddress.ofLiteral("127.0.0.9"), InetAddress.getLoopbackAddress()};
    assertThat(send("http://hooks.example:" + port() + "/", true, PLENTY))
        .isInstanceOf(Outcome.Delivered.class);
  }

  @Test
  void tellsFromTheStatusWhetherToTryAgain() throws Exception {
    answer(
        "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:" + port() + "/else\r\n\r\n",
        "HTTP/1.1 410 Gone\r\n\r\n",
        "HTTP/1.1 404 Not found\r\n\r\n",
        "HTTP/1.1 429 Slow down\r\nRetry-After: 7\r\n\r\n",
        "HTTP/1.1 500 Sorry\r\n\r\n",
        "hello\r\n");
    String url = "http://hooks.example:" + port() + "/";
    assertThat(send(url, true, PLENTY)).isEqualTo(new Outcome.Refused("status 301"));
    assertThat(send(url, true, PLENTY)).isEqualTo(new Outcome.Refused("status 410"));
    assertThat(send(url, true, PLENTY)).isEqualTo(new Outcome.Failed("status 404", 0));
    assertThat(send(url, true, PLENTY)).isEqualTo(new Outcome.Failed("status 429", 7000));
    assertThat(send(url, true, PLENTY)).isEqualTo(new Outcome.Failed("status 500", 0));
    assertThat(send(url, true, PLENTY))
        .isEqualTo(new Outcome.Failed("the answer is no HTTP/1.1", 0));
    assertThat(requests).hasSize(6); // and none for what the redirect named
  }

  @Test
  void givesUpWhenTheTimeIsOverAlthoughSomethingComes() throws Exception {
    Thread.ofVirtual()
        .start(
            () -> {
              try (Socket socket = receiver.accept()) {
                socket.getOutputStream().write("HTTP/1.1 200 OK\r\nA: ".getBytes(UTF_8));
                while (true) {
                  socket.getOutputStream().write('a');
                  Thread.sleep(20);
                }
              } catch (IOException | InterruptedException over) {
                requests.add("cut");
              }
            });
    Outcome outcome = send("http://hooks.example:" + port() + "/", true, Duration.ofMillis(300));
    assertThat(outcome).isEqualTo(new Outcome.Failed("no answer in time", 0));
    assertThat(requests.poll(20, TimeUnit.SECONDS)).isEqualTo("cut");
  }

  @Test
  void failsWithoutAReceiverANameOrASecret() throws Exception {
    String url = "http://hooks.example:" + port() + "/";
    Files.writeString(folder.resolve("secrets"), "whsec_no\n");
    assertThat(send(url, true, PLENTY).detail()).contains("cannot sign");
    Files.writeString(folder.resolve("secrets"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    receiver.close();
    assertThat(send(url, true, PLENTY)).isInstanceOf(Outcome.Failed.class);
    resolved = new InetAddress[0];
    assertThat(send(url, true, PLENTY)).isEqualTo(new Outcome.Failed("the host is not known", 0));
  }

  @Test
  void sendsTheNameAndWantsACertificateForIt() throws Exception {
    SSLContext tls = tls();
    receiver.close();
    receiver =
        tls.getServerSocketFactory().createServerSocket(0, 5, InetAddress.getLoopbackAddress());
    answer("HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n");
    assertThat(send("https://hooks.example:" + port() + "/", true, PLENTY, tls))
        .isEqualTo(new Outcome.Delivered("status 200"));
    assertThat(requests.take()).startsWith("hooks.example POST / HTTP/1.1");

    Outcome other = send("https://other.example:" + port() + "/", true, PLENTY, tls);
    assertThat(other).isInstanceOf(Outcome.Failed.class);
    assertThat(other.detail()).contains("other.example");
    assertThat(requests.take()).isEqualTo("cut");
  }

  private SSLContext tls() throws Exception {
    Path store = folder.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=hooks.example",
                "-ext",
                "san=dns:hooks.example",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                store.toString())
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
    var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keys, PASSWORD);
    var trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trustManagers.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    return context;
  }

  private int port() {
    return receiver.getLocalPort();
  }

  // One connection for each answer.
  private void answer(String... answers) {
    ServerSocket listening = receiver;
    Thread.ofVirtual()
        .start(
            () -> {
              for (String answer : answers) {
                try (Socket socket = listening.accept()) {
                  requests.add(serverName(socket) + read(socket.getInputStream()));
                  socket.getOutputStream().write(answer.getBytes(UTF_8));
                } catch (IOException cut) {
                  requests.add("cut");
                }
              }
            });
  }

  private static String serverName(Socket socket) throws IOException {
    if (!(socket instanceof SSLSocket secure)) {
      return "";
    }
    secure.startHandshake();
    var names = ((ExtendedSSLSession) secure.getSession()).getRequestedServerNames();
    return new String(names.getFirst().getEncoded(), UTF_8) + " ";
  }

  private static String read(InputStream in) throws IOException {
    StringBuilder request = new StringBuilder();
    while (request.indexOf("\r\n\r\n") < 0 || !request.toString().endsWith("}")) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("cut");
      }
      request.append((char) c);
    }
    return request.toString();
  }

  private Outcome send(String url, boolean privateAddresses, Duration timeout) throws Exception {
    return send(url, privateAddresses, timeout, SSLContext.getDefault());
  }

  private Outcome send(String url, boolean privateAddresses, Duration timeout, SSLContext tls)
      throws Exception {
    var settings =
        TestWebhooks.of(
            List.of("hooks.example:*", "other.example:*"),
            privateAddresses,
            folder.resolve("secrets"),
            timeout);
    try (var transport =
        new SocketTransport(
            this::resolve, tls::getSocketFactory, () -> Instant.ofEpochSecond(1614265330))) {
      return transport
          .send(
              new Webhook(
                  "msg_p5jXN8AQM9LWM0D4loKWxJek",
                  CallbackUrl.parse(url),
                  "{\"test\": 2432232314}".getBytes(UTF_8)),
              settings)
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
    }
  }

  private InetAddress[] resolve(String host) throws UnknownHostException {
    lookUps.incrementAndGet();
    if (resolved.length == 0) {
      throw new UnknownHostException(host);
    }
    return resolved;
  }
}
