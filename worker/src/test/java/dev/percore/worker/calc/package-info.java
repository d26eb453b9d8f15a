@NullMarked
package dev.percore.worker.calc;

import org.jspecify.annotations.NullMarked;
