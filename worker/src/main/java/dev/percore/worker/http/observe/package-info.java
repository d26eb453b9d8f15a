/// What the HTTP front tells of itself: metrics and the access log.
@NullMarked
package dev.percore.worker.http.observe;

import org.jspecify.annotations.NullMarked;
