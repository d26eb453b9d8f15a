package dev.percore.worker.http.limit;

import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The answers to a client that is over a limit. They are made once, since a client that needs
/// them needs many.
final class TooMany {
  private static final String TITLE = "Too many requests";

  static final Response CONNECTIONS =
      answer(
          "too-many-connections-of-client",
          "Too many connections",
          "This client has as many connections open as it may.",
          1);

  static final Response CONCURRENT =
      answer(
          "too-many-concurrent-requests",
          TITLE,
          "As many requests of this client are being answered as may be.",
          1);

  private final List<Response> bySeconds = new ArrayList<>();

  /// The answer to a request that comes too early.
  ///
  /// @param waitNanos how much; no longer than a period of a rate, a minute at most
  Response early(long waitNanos) {
    int seconds = (int) Math.ceilDiv(waitNanos, Duration.ofSeconds(1).toNanos());
    while (bySeconds.size() <= seconds) {
      bySeconds.add(
          answer(
              "rate-exceeded",
              TITLE,
              "This client sends requests faster than it may.",
              Math.max(1, bySeconds.size())));
    }
    return bySeconds.get(seconds);
  }

  private static Response answer(String type, String title, String detail, int retryAfterSeconds) {
    Map<String, Object> members = Map.of("retry_after_seconds", retryAfterSeconds);
    return Response.problem(new Problem(429, type, title, detail, members))
        .with("Retry-After", Integer.toString(retryAfterSeconds));
  }
}
