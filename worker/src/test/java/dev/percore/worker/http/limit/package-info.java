@NullMarked
package dev.percore.worker.http.limit;

import org.jspecify.annotations.NullMarked;
