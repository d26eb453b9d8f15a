/// From bytes to requests: a strict, incremental HTTP/1 parser. Knows nothing of channels or
/// routes.
@NullMarked
package dev.percore.worker.http.parse;

import org.jspecify.annotations.NullMarked;
