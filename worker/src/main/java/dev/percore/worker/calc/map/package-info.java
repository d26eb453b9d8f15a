/// Many calls of one function in one request: elements in, results out as they come about.
@NullMarked
package dev.percore.worker.calc.map;

import org.jspecify.annotations.NullMarked;
