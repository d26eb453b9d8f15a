@NullMarked
package dev.percore.worker.http.socket;

import org.jspecify.annotations.NullMarked;
