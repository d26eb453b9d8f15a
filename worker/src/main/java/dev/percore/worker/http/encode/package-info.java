/// From responses to bytes, and problems to responses.
@NullMarked
package dev.percore.worker.http.encode;

import org.jspecify.annotations.NullMarked;
