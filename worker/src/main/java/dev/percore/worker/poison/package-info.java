/// Calls at which workers die: how a worker notes what it computes, and refuses what has cost
/// several workers.
@NullMarked
package dev.percore.worker.poison;

import org.jspecify.annotations.NullMarked;
