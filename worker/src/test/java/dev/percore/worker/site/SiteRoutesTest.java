package dev.percore.worker.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.api.Body;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.Route;
import dev.percore.worker.io.FakeExchange;
import dev.percore.worker.io.FakeRequest;
import dev.percore.worker.site.ProblemTypes.ProblemType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SiteRoutesTest {
  private final AtomicBoolean ready = new AtomicBoolean();
  private final List<Route> routes =
      new SiteRoutes(() -> "1.2.3", SampleFunctions.ALL, ready::get).routes();

  @Test
  void takesGetAtItsAddresses() {
    assertThat(routes)
        .extracting(Route::path)
        .containsExactly("/", "/healthz", "/readyz", "/openapi.json", "/problems/");
    assertThat(routes).allMatch(route -> route.methods().equals(Set.of("GET")));
  }

  @Test
  void saysThatItLivesWithOneFixedResponse() throws Exception {
    Response response = get("/healthz");
    assertThat(response.status()).isEqualTo(200);
    assertThat(text(response)).isEqualTo("ok");
    assertThat(get("/healthz")).isSameAs(response);
  }

  @Test
  void saysWhetherItIsReady() throws Exception {
    Response before = get("/readyz");
    assertThat(before.status()).isEqualTo(503);
    assertThat(text(before)).contains("\"/problems/not-ready\"");
    assertThat(before.headers()).contains(new Response.Header("Retry-After", "1"));
    ready.set(true);
    assertThat(get("/readyz").status()).isEqualTo(200);
    ready.set(false);
    assertThat(get("/readyz").status()).isEqualTo(503);
  }

  @Test
  void presentsItselfAndLeadsOn() throws Exception {
    Response response = get("/");
    String page = text(response);
    assertThat(response.headers())
        .contains(new Response.Header("Content-Type", "text/html; charset=utf-8"));
    assertThat(page)
        .contains("Version 1.2.3")
        .contains("href=\"/calc/count?n=1000000\"")
        .contains("Takes &lt;anything&gt; &amp; &quot;more&quot;.")
        .contains("href=\"/calc/all-kinds?whole=3&amp;text=1%2B2+%26+3&amp;numbers=1.5,-2.0\"");
    Set<String> links = links(page);
    assertThat(links)
        .contains("/calc/", "/healthz", "/readyz", "/openapi.json", "/problems/")
        .allMatch(link -> link.startsWith("/") && !link.startsWith("//"));
  }

  @Test
  void needsNothingFromElsewhere() throws Exception {
    for (String path : List.of("/", "/problems/", "/problems/not-found")) {
      assertThat(text(get(path)))
          .doesNotContain(
              "src=", "@import", "url(", "<script", "<link", "{title}", "{body}", "{rows}")
          .as(path);
    }
  }

  @Test
  void explainsEachProblemType() throws Exception {
    String index = text(get("/problems/"));
    for (ProblemType type : ProblemTypes.ALL) {
      Response response = get("/problems/" + type.name());
      assertThat(response.status()).isEqualTo(200);
      assertThat(text(response)).contains(type.name(), Page.escape(type.text()));
      assertThat(index).contains("/problems/" + type.name() + "\"");
    }
  }

  @Test
  void knowsNoOtherProblemType() throws Exception {
    assertThat(get("/problems/other").status()).isEqualTo(404);
    assertThat(get("/problems/not-found/").status()).isEqualTo(404);
  }

  @Test
  void namesEachProblemTypeOnce() {
    Set<String> names = new HashSet<>();
    for (ProblemType type : ProblemTypes.ALL) {
      assertThat(names.add(type.name())).as(type.name()).isTrue();
      assertThat(type.name()).matches("[a-z0-9]+(-[a-z0-9]+)*");
      assertThat(type.status()).isBetween(400, 599);
    }
  }

  @Test
  void servesItsDescription() throws Exception {
    Response response = get("/openapi.json");
    assertThat(response.headers())
        .contains(new Response.Header("Content-Type", "application/json"));
    assertThat(text(response)).startsWith("{\"openapi\":\"3.1.0\"");
  }

  private Response get(String path) throws Exception {
    Route route =
        routes.stream()
            .filter(r -> r.path().equals(path) || r.path().equals("/problems/"))
            .findFirst()
            .orElseThrow();
    FakeExchange exchange = new FakeExchange(FakeRequest.get(path));
    route.handler().handle(exchange);
    return exchange.answer();
  }

  private static Set<String> links(String page) {
    Set<String> links = new HashSet<>();
    Matcher matcher = Pattern.compile("href=\"([^\"]*)\"").matcher(page);
    while (matcher.find()) {
      links.add(matcher.group(1));
    }
    return links;
  }

  private static String text(Response response) {
    return new String(((Body.Bytes) response.body()).bytes(), UTF_8);
  }
}
