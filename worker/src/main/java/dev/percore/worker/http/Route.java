package dev.percore.worker.http;

import java.util.Set;

/// Where a handler is mounted.
///
/// @param label the `route` label of the metrics; a fixed text, never made from the request
/// @param path exact path, or a prefix when it ends with a slash (other than `/` itself, which is
///     exact)
/// @param methods in capitals; HEAD is added where GET is, OPTIONS always
public record Route(String label, String path, Set<String> methods, Handler handler) {}
