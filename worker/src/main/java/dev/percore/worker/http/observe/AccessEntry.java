package dev.percore.worker.http.observe;

import org.jspecify.annotations.Nullable;

/// One line of the access log, not yet formatted.
///
/// @param epochMillis when it was answered
/// @param method null for a request that was rejected before it was understood, as are target and
///     protocol
/// @param target path and query as sent
/// @param bytes of the answer's body
/// @param nanos from the request's last byte to the answer's last
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
    @Nullable String userAgent) {}
