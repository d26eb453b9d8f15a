@NullMarked
package dev.percore.worker.control;

import org.jspecify.annotations.NullMarked;
