@NullMarked
package dev.percore.worker.functions;

import org.jspecify.annotations.NullMarked;
