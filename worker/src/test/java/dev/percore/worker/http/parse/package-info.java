@NullMarked
package dev.percore.worker.http.parse;

import org.jspecify.annotations.NullMarked;
