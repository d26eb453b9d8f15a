@NullMarked
package dev.percore.worker.compute;

import org.jspecify.annotations.NullMarked;
