package dev.percore.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.ServerConfig;
import dev.percore.config.net.IpRange;
import dev.percore.protocol.shared.LimitTable;
import dev.percore.worker.api.Response;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClientLimitsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final LimitTable table = LimitTable.inMemory(64, 8);

  private static ServerConfig.ClientLimits rate(int perMinute, int burst) {
    return limits(null, 0, 0, new ServerConfig.Rate(perMinute, MINUTE), burst, false);
  }

  private static ServerConfig.ClientLimits limits(
      @Nullable String header,
      int connections,
      int concurrent,
      ServerConfig.@Nullable Rate rate,
      int burst,
      boolean dryRun) {
    return new ServerConfig.ClientLimits(
        header, connections, concurrent, rate, burst, dryRun, 64, List.of());
  }

  private TestServer server(int column, ServerConfig.ClientLimits limits) {
    return TestServer.with().clientLimits(limits).limitTable(table, column).start();
  }

  private static double rejected(TestServer server, String limit) {
    return server.metric(
        "percore_client_limited_total{limit=\"" + limit + "\",outcome=\"rejected\"}");
  }

  @Test
  void whatComesTooEarlyIsToldWhenToComeBack() {
    try (TestServer server = server(0, rate(2, 1));
        Client client = server.connect()) {
      assertThat(client.get("/quick").read().status()).isEqualTo(200);
      assertThat(client.get("/quick").read().status()).isEqualTo(200);

      Client.Answer refused = client.get("/quick").read();

      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.header("Retry-After")).isEqualTo("30");
      assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
      assertThat(refused.header("Connection")).isNull();
      assertThat(refused.body())
          .contains("\"type\":\"/problems/rate-exceeded\"", "\"retry_after_seconds\":30");
      assertThat(client.get("/nothing-there").read().status()).isEqualTo(429);
      assertThat(rejected(server, "rate")).isEqualTo(2);
      assertThat(
              server.metric(
                  "percore_http_requests_total{method=\"GET\",route=\"quick\",status=\"429\"}"))
          .isEqualTo(1);
    }
  }

  @Test
  void serversWithOneTableCountTogether() {
    try (TestServer one = server(0, rate(1, 9));
        TestServer other = server(1, rate(1, 9));
        Client toOne = one.connect();
        Client toOther = other.connect()) {
      int passed = 0;
      for (int i = 0; i < 20; i++) {
        passed += (i % 3 == 0 ? toOne : toOther).get("/quick").read().status() == 200 ? 1 : 0;
      }
      assertThat(passed).isEqualTo(10);
      assertThat(rejected(one, "rate") + rejected(other, "rate")).isEqualTo(10);
    }
  }

  @Test
  void requestsThatAreBeingAnsweredCountOnAllServers() {
    ServerConfig.ClientLimits two = limits(null, 0, 2, null, 0, false);
    try (TestServer one = server(0, two);
        TestServer other = server(1, two);
        Client first = one.connect();
        Client second = other.connect();
        Client third = one.connect()) {
      first.get("/held");
      var held = one.takeHeld();
      second.get("/held");
      var _ = other.takeHeld();

      Client.Answer refused = third.get("/quick").read();
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      assertThat(refused.body()).contains("/problems/too-many-concurrent-requests");
      assertThat(rejected(one, "concurrent")).isEqualTo(1);

      held.respond(Response.empty(204));
      assertThat(first.read().status()).isEqualTo(204);
      assertThat(third.get("/quick").read().status()).isEqualTo(200);
    }
  }

  @Test
  void aClientThatHangsUpHoldsNothingMore() {
    try (TestServer server = server(0, limits(null, 2, 1, null, 0, false));
        Client patient = server.connect()) {
      try (Client impatient = server.connect()) {
        impatient.get("/held");
        server.takeHeld().onClientGone(() -> {});
        assertThat(patient.get("/quick").read().status()).isEqualTo(429);
      }

      Eventually.await("the place is free", () -> patient.get("/quick").read().status() == 200);
    }
  }

  @Test
  void aConnectionTooManyIsToldSoAndClosed() {
    ServerConfig.ClientLimits two = limits("X-Key", 2, 0, null, 0, false);
    try (TestServer one = server(0, two);
        TestServer other = server(1, two);
        Client first = one.connect();
        Client second = other.connect()) {
      assertThat(first.get("/quick").read().status()).isEqualTo(200);
      assertThat(second.get("/quick").read().status()).isEqualTo(200);

      try (Client third = other.connect()) {
        Client.Answer refused = third.read();
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Connection")).isEqualTo("close");
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertThat(refused.body()).contains("/problems/too-many-connections-of-client");
        assertThat(third.isEnded()).isTrue();
      }
      assertThat(rejected(other, "connections")).isEqualTo(1);
      assertThat(other.metric("percore_http_connections_refused_total")).isEqualTo(1);

      first.reset();
      Eventually.await("the first is gone", () -> one.front.connections() == 0);
      try (Client third = other.connect()) {
        assertThat(third.get("/quick").read().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void aHeaderTellsClientsApartAndWithoutItTheAddressDoes() {
    ServerConfig.ClientLimits byKey =
        limits("X-Key", 0, 0, new ServerConfig.Rate(1, MINUTE), 0, false);
    try (TestServer server = server(0, byKey);
        Client client = server.connect()) {
      assertThat(statusWith(client, "X-Key: a")).isEqualTo(200);
      assertThat(statusWith(client, "x-key:  a ")).isEqualTo(429);
      assertThat(statusWith(client, "X-Key: b")).isEqualTo(200);
      assertThat(statusWith(client, "X-Other: c")).isEqualTo(200);
      assertThat(statusWith(client, "X-Other: d")).isEqualTo(429);
    }
  }

  private static int statusWith(Client client, String header) {
    return client.send("GET /quick HTTP/1.1\r\nHost: a\r\n" + header + "\r\n\r\n").read().status();
  }

  @Test
  void anExemptAddressHasNoLimits() {
    List<IpRange> loopback =
        List.of(
            Objects.requireNonNull(IpRange.parse("127.0.0.0/8")),
            Objects.requireNonNull(IpRange.parse("::1")));
    ServerConfig.Rate one = new ServerConfig.Rate(1, MINUTE);
    try (TestServer server =
            server(0, new ServerConfig.ClientLimits("X-Key", 1, 1, one, 0, false, 64, loopback));
        Client first = server.connect();
        Client second = server.connect()) {
      for (int i = 0; i < 3; i++) {
        assertThat(statusWith(first, "X-Key: a")).isEqualTo(200);
        assertThat(statusWith(second, "X-Key: a")).isEqualTo(200);
      }
      assertThat(table.used()).isZero();
    }
  }

  @Test
  void probesHaveNoLimitsAndCountForNothing() {
    try (TestServer server =
            TestServer.with()
                .clientLimits(rate(1, 0))
                .limitTable(table, 0)
                .route(TestServer.get("health", "/healthz", e -> e.respond(Response.empty(204))))
                .start();
        Client client = server.connect()) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.get("/healthz").read().status()).isEqualTo(204);
      }
      assertThat(client.get("/quick").read().status()).isEqualTo(200);
      assertThat(client.get("/quick").read().status()).isEqualTo(429);
      assertThat(client.get("/healthz").read().status()).isEqualTo(204);
    }
  }

  @Test
  void aDryRunRefusesNothingAndCountsWhatItWouldHaveRefused() {
    ServerConfig.Rate one = new ServerConfig.Rate(1, MINUTE);
    try (TestServer server = server(0, limits(null, 1, 1, one, 0, true));
        Client first = server.connect();
        Client second = server.connect()) {
      first.get("/held");
      var held = server.takeHeld();
      assertThat(second.get("/quick").read().status()).isEqualTo(200);
      held.respond(Response.empty(204));
      assertThat(first.read().status()).isEqualTo(204);
      assertThat(first.get("/quick").read().status()).isEqualTo(200);

      assertThat(dryRun(server, "connections")).isEqualTo(1);
      assertThat(dryRun(server, "concurrent")).isEqualTo(1);
      assertThat(dryRun(server, "rate")).isEqualTo(2);
      assertThat(server.metric("percore_client_table_used")).isEqualTo(1);
      assertThat(server.metric("percore_client_table_capacity")).isEqualTo(64);
    }
  }

  private static double dryRun(TestServer server, String limit) {
    return server.metric(
        "percore_client_limited_total{limit=\"" + limit + "\",outcome=\"dry_run\"}");
  }

  @Test
  void aRequestThatIsRefusedUsesUpNothing() {
    ServerConfig.Rate two = new ServerConfig.Rate(1, MINUTE);
    try (TestServer server = server(0, limits(null, 0, 1, two, 1, false));
        Client first = server.connect();
        Client second = server.connect()) {
      first.get("/held");
      var held = server.takeHeld();
      assertThat(second.get("/quick").read().body()).contains("concurrent");
      held.respond(Response.empty(204));
      assertThat(first.read().status()).isEqualTo(204);

      assertThat(second.get("/quick").read().status()).isEqualTo(200);
      assertThat(second.get("/quick").read().body()).contains("rate-exceeded");
      assertThat(first.get("/quick").read().body()).contains("rate-exceeded");
    }
  }
}
