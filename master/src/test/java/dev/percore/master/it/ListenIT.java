package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several addresses, and proxies in front.
final class ListenIT {
  private static final String V2_OF_192_0_2_2 =
      "0d0a0d0a000d0a515549540a" + "2111000c" + "c0000202" + "0a000001" + "1388" + "0050";

  @TempDir private Path folder;

  @Test
  void answersOnIpv4AndIpv6AndAUnixSocketAtOnce() throws Exception {
    assumeTrue(hasIpv6(), "this machine has no IPv6");
    Path socket = folder.resolve("web.sock");
    try (PercoreServer server =
        PercoreServer.start(
            folder, "listen.extra=[::1]:0 unix:" + socket, "listen.unix_mode=0600")) {
      List<String> addresses = addresses(server);
      assertThat(addresses).hasSize(3);
      assertThat(addresses.get(2)).isEqualTo("unix:" + socket);
      assertThat(Files.getPosixFilePermissions(socket))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      assertThat(server.get("/calc?n=1000").status()).isEqualTo(200);
      try (RawConnection ipv6 = RawConnection.open(tcp(addresses.get(1)));
          RawConnection unix = RawConnection.open(socket)) {
        for (int i = 0; i < 3; i++) {
          assertThat(ipv6.get("/calc?n=1000").status()).isEqualTo(200);
          assertThat(unix.get("/calc?n=1000").status()).isEqualTo(200);
        }
      }
    }
    assertThat(socket).doesNotExist();
  }

  @Test
  void connectionsInTheQueueOfAUnixSocketOutliveTheWorker() throws Exception {
    Path socket = folder.resolve("web.sock");
    List<RawConnection> connections = new ArrayList<>();
    try (PercoreServer server =
        PercoreServer.start(folder, "workers=1", "listen.extra=unix:" + socket)) {
      long victim = server.worker(0).pid();
      OsProcesses.stop(victim);
      for (int i = 0; i < 20; i++) {
        connections.add(RawConnection.open(socket).sendGet("/calc?n=1000"));
      }
      OsProcesses.send("KILL", victim);

      long replacement = server.awaitReplacement(0, victim).pid();
      for (RawConnection connection : connections) {
        assertThat(connection.receive().pid()).isEqualTo(replacement);
      }
      assertThat(socket).exists();
    } finally {
      for (RawConnection connection : connections) {
        connection.close();
      }
    }
  }

  @Test
  void acceptsAgainWhenDescriptorsHadRunOut() throws Exception {
    List<RawConnection> connections = new ArrayList<>();
    try (PercoreServer server = PercoreServer.start(folder, "workers=1")) {
      long worker = server.worker(0).pid();
      int limit = OsProcesses.highestDescriptor(worker) + 3;
      OsProcesses.limitDescriptors(worker, limit);
      for (int i = 0; i < limit; i++) { // there may be free ones below the highest
        connections.add(server.connect().sendGet("/calc?n=1000"));
      }
      server.output().awaitLine("accepts no connections");

      OsProcesses.limitDescriptors(worker, 1024);
      for (RawConnection connection : connections) {
        assertThat(connection.receive().pid()).isEqualTo(worker);
      }
    } finally {
      for (RawConnection connection : connections) {
        connection.close();
      }
    }
  }

  @Test
  void takesTheClientsAddressFromTrustedProxiesAlone() throws Exception {
    Path log = folder.resolve("access.log");
    try (PercoreServer server =
        PercoreServer.start(
            folder,
            "workers=1",
            "listen.extra=127.0.0.2:0\\ proxy_protocol",
            "trusted_proxies=127.0.0.1",
            "access_log.format=combined",
            "access_log.file=" + log)) {
      InetSocketAddress proxied = tcp(addresses(server).getLast());
      assertAnswered(proxied, "127.0.0.1", "PROXY TCP4 192.0.2.1 10.0.0.1 5000 80\r\n", "v1");
      assertAnswered(proxied, "127.0.0.1", latin1(V2_OF_192_0_2_2), "v2");
      assertAnswered(server.service(), "127.0.0.1", "", "xff");
      assertAnswered(server.service(), "127.0.0.2", "", "untrusted-xff");
      try (RawConnection untrusted = RawConnection.open(proxied, "127.0.0.2");
          RawConnection bare = RawConnection.open(proxied, "127.0.0.1")) {
        assertThat(untrusted.awaitEnd()).isZero();
        assertThat(bare.sendGet("/none?bare").awaitEnd()).isZero();
      }

      assertThat(lines(log, 4))
          .anyMatch(line -> line.startsWith("192.0.2.1 - ") && line.contains("/none?v1 "))
          .anyMatch(line -> line.startsWith("192.0.2.2 - ") && line.contains("/none?v2 "))
          .anyMatch(line -> line.startsWith("2001:db8::9 - ") && line.contains("/none?xff "))
          .anyMatch(line -> line.startsWith("127.0.0.2 - ") && line.contains("/none?untrusted-xff"))
          .noneMatch(line -> line.contains("bare"));
      Await.until(
          "both refusals are counted",
          () -> {
            String metrics = server.getAdmin("/metrics").body();
            return Stream.of("untrusted", "invalid")
                .allMatch(
                    reason ->
                        metrics
                            .lines()
                            .anyMatch(
                                line ->
                                    line.startsWith("percore_http_proxy_refused_total{")
                                        && line.contains("reason=\"" + reason + "\"")
                                        && line.endsWith(" 1.0")));
          });
    }
  }

  private static void assertAnswered(
      InetSocketAddress address, String from, String header, String name) throws IOException {
    try (RawConnection connection = RawConnection.open(address, from)) {
      connection
          .send(header)
          .sendHead(
              "GET /none?" + name + " HTTP/1.1",
              "Host: x",
              name.endsWith("xff") ? "X-Forwarded-For: 192.0.2.8, 2001:db8::9, 127.0.0.1" : "A: b");
      assertThat(connection.receive().status()).isEqualTo(404);
    }
  }

  // As the log tells them.
  private static List<String> addresses(PercoreServer server) {
    String line =
        server.output().lines().stream()
            .filter(each -> each.contains("serving on "))
            .findFirst()
            .orElseThrow();
    String list = line.replaceFirst(".*serving on (.*) with \\d+ worker.*", "$1");
    return List.of(list.split(", ", -1));
  }

  private static InetSocketAddress tcp(String text) {
    int colon = text.lastIndexOf(':');
    String host = text.substring(0, colon).replaceAll("[\\[\\]]", "");
    return new InetSocketAddress(
        InetAddress.ofLiteral(host), Integer.parseInt(text.substring(colon + 1)));
  }

  private static List<String> lines(Path file, int count) throws Exception {
    return Await.until(
        count + " lines", () -> Files.readAllLines(file), lines -> lines.size() == count);
  }

  private static String latin1(String hex) {
    return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
  }

  private static boolean hasIpv6() throws IOException {
    NetworkInterface loopback = NetworkInterface.getByInetAddress(InetAddress.ofLiteral("::1"));
    return loopback != null;
  }
}
