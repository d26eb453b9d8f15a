/// The compute lane: one pinned thread, its bounded queue, admission, deadlines and figures.
@NullMarked
package dev.percore.worker.compute;

import org.jspecify.annotations.NullMarked;
