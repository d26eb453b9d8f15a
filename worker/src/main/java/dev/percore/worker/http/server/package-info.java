/// The server itself: connections and what happens on them, all of it on one event loop.
@NullMarked
package dev.percore.worker.http.server;

import org.jspecify.annotations.NullMarked;
