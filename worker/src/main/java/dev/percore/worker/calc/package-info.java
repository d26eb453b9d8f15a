/// `/calc` over HTTP: the catalogue of functions, their arguments, and the answers.
@NullMarked
package dev.percore.worker.calc;

import org.jspecify.annotations.NullMarked;
