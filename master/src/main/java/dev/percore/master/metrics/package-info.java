/// One exposition for the figures of all workers.
@NullMarked
package dev.percore.master.metrics;

import org.jspecify.annotations.NullMarked;
