package dev.percore.worker.http.observe;

import org.jspecify.annotations.Nullable;

/// One line of the access log, not yet formatted.
///
/// @param epochMillis when it was answered
/// @param method null for a request that was rejected before it was understood, as are target and
///     protocol
/// @param target path and query as sent
/// @param bytes of the answer's body
/// @param nanos from the request's last byte until its answer was handed over: a large body or a
///     file to the kernel, any other to the connection's buffer
public record AccessEntry(
    long epochMillis,
    String remoteAddress,
    @Nullable String method,
    @Nullable String target,
    @Nullable String protocol,
    String route,
    int status,
    long bytes,
    long nanos,
    @Nullable String referer,
    @Nullable String userAgent) {

  // The entry itself, its place in a queue, and the headers of its texts.
  private static final int FIXED_BYTES = 300;

  /// About how much memory it takes while it waits. Texts of a request are Latin-1.
  int heapBytes() {
    return FIXED_BYTES + length(method) + length(target) + length(referer) + length(userAgent);
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }
}
