package dev.percore.master.admin;

import dev.percore.master.metrics.Exposition;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// An answer of the admin endpoints.
///
/// @param allow value of the Allow header, or null for none
public record AdminAnswer(int status, String contentType, byte[] body, @Nullable String allow) {
  private static final String INDEX =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <meta name="color-scheme" content="light dark">
      <title>Percore admin</title>
      <style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}</style>
      <h1>Percore admin</h1>
      <ul>
      <li><a href="/status">/status</a>: the server at a glance (JSON)
      <li><a href="/workers">/workers</a>: each worker (JSON)
      <li><a href="/workers/history">/workers/history</a>: how workers ended (JSON)
      <li><a href="/poison">/poison</a>: calls at which workers have died (JSON)
      <li><a href="/metrics">/metrics</a>: the figures of all workers, for Prometheus
      <li><a href="/healthz">/healthz</a>: whether the master lives
      </ul>
      """;

  static AdminAnswer index() {
    return new AdminAnswer(
        200, "text/html; charset=utf-8", INDEX.getBytes(StandardCharsets.UTF_8), null);
  }

  static AdminAnswer text(int status, String text) {
    return new AdminAnswer(
        status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8), null);
  }

  static AdminAnswer json(int status, Object value) {
    return new AdminAnswer(status, "application/json", Json.MAPPER.writeValueAsBytes(value), null);
  }

  static AdminAnswer page(Exposition.Page page) {
    return new AdminAnswer(200, page.contentType(), page.bytes(), null);
  }

  /// A problem document (RFC 9457).
  static AdminAnswer problem(int status, String type, String title, String detail) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("type", "/problems/" + type);
    document.put("title", title);
    document.put("status", status);
    document.put("detail", detail);
    return new AdminAnswer(
        status, "application/problem+json", Json.MAPPER.writeValueAsBytes(document), null);
  }

  AdminAnswer allowing(String methods) {
    return new AdminAnswer(status, contentType, body, methods);
  }

  /// Made for the first answer that is JSON: a scrape need not wait for it, which takes 20 ms.
  private static final class Json {
    static final JsonMapper MAPPER =
        JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
  }
}
