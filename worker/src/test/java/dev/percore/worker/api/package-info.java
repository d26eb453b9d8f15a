@NullMarked
package dev.percore.worker.api;

import org.jspecify.annotations.NullMarked;
