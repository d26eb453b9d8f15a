/// Calls that were accepted and are computed later: kept in a durable store, handed to workers, and
/// handed to another one where a worker dies.
@NullMarked
package dev.percore.master.jobs;

import org.jspecify.annotations.NullMarked;
