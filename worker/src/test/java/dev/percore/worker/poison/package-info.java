@NullMarked
package dev.percore.worker.poison;

import org.jspecify.annotations.NullMarked;
