@NullMarked
package dev.percore.worker.http.observe;

import org.jspecify.annotations.NullMarked;
