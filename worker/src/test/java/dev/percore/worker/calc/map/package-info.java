@NullMarked
package dev.percore.worker.calc.map;

import org.jspecify.annotations.NullMarked;
