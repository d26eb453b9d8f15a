/// Jobs as a worker sees them: taken from clients and passed to the master, asked for there, and
/// run for it.
@NullMarked
package dev.percore.worker.jobs;

import org.jspecify.annotations.NullMarked;
