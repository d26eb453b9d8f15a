/// Clients' sockets on the event loop: accepting, receiving and sending, and nothing of HTTP. They
/// use the event loop of Netty and its native calls, but none of its channels.
@NullMarked
package dev.percore.worker.http.socket;

import org.jspecify.annotations.NullMarked;
