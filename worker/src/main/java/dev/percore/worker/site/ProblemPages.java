package dev.percore.worker.site;

import dev.percore.worker.api.Response;
import dev.percore.worker.site.ProblemTypes.ProblemType;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The pages under `/problems/`, made once. Immutable.
final class ProblemPages {
  private static final String INDEX =
      """
      <h1>Problem types</h1>
      <p class="soft">An error is answered with a problem document (RFC 9457),
      <code>application/problem+json</code>, whose <code>type</code> is one of these.</p>
      <table>
      {rows}
      </table>
      """;

  private final Map<String, Response> pages = new HashMap<>();

  ProblemPages() {
    StringBuilder rows = new StringBuilder();
    for (ProblemType type : ProblemTypes.ALL) {
      pages.put(type.name(), page(type));
      rows.append(
          "<tr><td>%d</td><td><a href=\"/problems/%s\">%s</a></td><td>%s</td></tr>\n"
              .formatted(type.status(), type.name(), type.name(), Page.escape(type.text())));
    }
    pages.put("", Page.of("Problem types", INDEX.replace("{rows}", rows.toString().strip())));
  }

  /// The page of a type, or the list of all types for an empty name; null for an unknown name.
  @Nullable Response find(String name) {
    return pages.get(name);
  }

  private static Response page(ProblemType type) {
    return Page.of(
        type.title(),
        """
        <h1>%s</h1>
        <p class="soft">Problem type <code>%s</code>, status %d</p>
        <p>%s</p>
        <p><a href="/problems/">All problem types</a></p>
        """
            .formatted(
                Page.escape(type.title()), type.name(), type.status(), Page.escape(type.text())));
  }
}
