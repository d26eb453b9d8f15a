package dev.percore.worker.site;

import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Response;
import java.util.List;

/// The page at `/`: what this is, and where to go on.
final class HomePage {
  private static final String BODY =
      """
      <h1>Percore</h1>
      <p class="soft">A prefork application server on the JVM: one worker for each core, all behind
      one port. Version {version}.</p>
      <nav>
      <a href="/calc/">Catalogue</a>
      <a href="/openapi.json">OpenAPI</a>
      <a href="/healthz">Health</a>
      <a href="/readyz">Readiness</a>
      <a href="/problems/">Problem types</a>
      </nav>
      <h2>Try it</h2>
      <pre>curl http://<i>host</i>:<i>port</i>/calc?n=1000000</pre>
      <p>This <a href="/calc?n=1000000">counts to a million</a> by adding one, on the core of the
      worker that took the connection. The answer says which one that was and how long it took.</p>
      <h2>Functions</h2>
      <table>
      {functions}
      </table>
      <p class="soft">Each takes its arguments from the query, or as a JSON object with POST. The
      links are examples.</p>
      """;

  private HomePage() {}

  static Response of(String version, List<FunctionSpec> functions) {
    StringBuilder rows = new StringBuilder();
    for (FunctionSpec function : functions) {
      rows.append(
          "<tr><td><a href=\"%s\"><code>%s</code></a></td><td>%s</td></tr>\n"
              .formatted(
                  Page.escape(function.exampleUrl()),
                  Page.escape(function.name()),
                  Page.escape(function.summary())));
    }
    return Page.of(
        "Percore",
        BODY.replace("{version}", Page.escape(version))
            .replace("{functions}", rows.toString().strip()));
  }
}
