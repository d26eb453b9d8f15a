package dev.percore.worker.site;

import dev.percore.worker.api.Body;
import dev.percore.worker.api.Response;
import dev.percore.worker.api.Response.Header;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// An HTML page in the site's one style, whole in itself: no script, nothing from elsewhere.
final class Page {
  private static final String SHELL =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>{title}</title>
      <style>
      :root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --paper: #ffffff;
        --line: #d8dee4; --tint: #f4f6f8; --link: #0b5cad; }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #e6eaef; --soft: #9aa5b1; --paper: #12161b; --line: #2d343c;
          --tint: #1a2027; --link: #7ab8ff; } }
      * { box-sizing: border-box; }
      body { margin: 0 auto; max-width: 46rem; padding: 3rem 1.25rem 4rem; color: var(--ink);
        background: var(--paper); font: 1rem/1.6 system-ui, sans-serif; }
      h1 { margin: 0 0 .25rem; font-size: 2.1rem; line-height: 1.2; letter-spacing: -.02em; }
      h2 { margin: 2.5rem 0 .75rem; font-size: 1.15rem; }
      p { margin: .5rem 0; }
      .soft { color: var(--soft); }
      a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: .15em; }
      code, pre { font: .9em/1.5 ui-monospace, monospace; }
      pre { padding: .8rem 1rem; overflow-x: auto; background: var(--tint);
        border: 1px solid var(--line); border-radius: .4rem; }
      table { width: 100%; margin-top: 1.25rem; border-collapse: collapse; }
      td { padding: .45rem 1rem .45rem 0; vertical-align: top;
        border-top: 1px solid var(--line); }
      td:first-child, td a { white-space: nowrap; }
      nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
      </style>
      </head>
      <body>
      {body}
      </body>
      </html>
      """;

  private static final List<Header> HEADERS =
      List.of(
          new Header("Content-Type", "text/html; charset=utf-8"),
          new Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
          new Header("X-Content-Type-Options", "nosniff"));

  private Page() {}

  /// Makes the page.
  ///
  /// @param title plain text
  /// @param body HTML
  static Response of(String title, String body) {
    String html = SHELL.replace("{title}", escape(title)).replace("{body}", body.strip());
    return new Response(200, HEADERS, new Body.Bytes(html.getBytes(StandardCharsets.UTF_8)));
  }

  /// Plain text as HTML, also inside of an attribute's double quotes.
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
