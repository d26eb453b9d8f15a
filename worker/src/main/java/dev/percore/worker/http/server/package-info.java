/// The server itself: one channel handler a connection, all of them on one event loop.
@NullMarked
package dev.percore.worker.http.server;

import org.jspecify.annotations.NullMarked;
