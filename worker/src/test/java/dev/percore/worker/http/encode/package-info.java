@NullMarked
package dev.percore.worker.http.encode;

import org.jspecify.annotations.NullMarked;
