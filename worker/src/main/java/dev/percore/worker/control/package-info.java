/// The worker's side of the control connection, and its signs of life.
@NullMarked
package dev.percore.worker.control;

import org.jspecify.annotations.NullMarked;
