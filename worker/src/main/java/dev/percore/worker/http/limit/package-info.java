/// Limits on each client, counted across all workers.
@NullMarked
package dev.percore.worker.http.limit;

import org.jspecify.annotations.NullMarked;
