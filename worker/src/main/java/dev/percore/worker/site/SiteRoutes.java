package dev.percore.worker.site;

import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.Exchange;
import dev.percore.worker.http.Handler;
import dev.percore.worker.http.Later;
import dev.percore.worker.http.Route;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/// The addresses where the service tells of itself. Its documents are made when they are
/// first asked for.
public final class SiteRoutes {
  private static final String PROBLEMS = "/problems/";

  private static final Response HEALTHY = Response.text(200, "ok");
  private static final Response READY = Response.text(200, "ready");

  /// Made when the first is asked for, rather than at each start.
  private static final class Problems {
    static final Response NOT_READY =
        Response.problem(
                Problem.of(503, "not-ready", "Not ready", "The worker is starting or stopping."))
            .with("Retry-After", "1");
    static final Response NO_SUCH_PROBLEM =
        Response.problem(
            Problem.of(404, "not-found", "Not found", "There is no problem type of that name."));
  }

  private final BooleanSupplier ready;
  private final Later<Response> home;
  private final Later<Response> openApi;
  private final Later<ProblemPages> problems = new Later<>("problem-pages", ProblemPages::new);

  /// @param version of the server; asked for when a page is made
  /// @param functions the catalogue
  /// @param ready whether the worker should get new requests; asked on the event loop
  public SiteRoutes(Supplier<String> version, List<FunctionSpec> functions, BooleanSupplier ready) {
    this.ready = ready;
    this.home = new Later<>("home-page", () -> HomePage.of(version.get(), functions));
    this.openApi =
        new Later<>(
            "openapi-document",
            () -> Response.json(200, OpenApiDocument.write(version.get(), functions)));
  }

  /// What to mount.
  public List<Route> routes() {
    return List.of(
        get("/", exchange -> home.answer(exchange, Function.identity())),
        // Answered on the event loop: that is what it tells, the loop lives.
        get("/healthz", exchange -> exchange.respond(HEALTHY)),
        get(
            "/readyz",
            exchange -> exchange.respond(ready.getAsBoolean() ? READY : Problems.NOT_READY)),
        get("/openapi.json", exchange -> openApi.answer(exchange, Function.identity())),
        get(PROBLEMS, this::problem));
  }

  private void problem(Exchange exchange) {
    String name = exchange.request().path().substring(PROBLEMS.length());
    problems.answer(
        exchange,
        pages -> Objects.requireNonNullElseGet(pages.find(name), () -> Problems.NO_SUCH_PROBLEM));
  }

  private static Route get(String path, Handler handler) {
    return new Route(path, path, Set.of("GET"), handler);
  }
}
