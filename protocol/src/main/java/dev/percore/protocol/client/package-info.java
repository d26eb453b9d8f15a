/// The client for Java programs: a pool of processes that compute, in the manner of Python's
/// `multiprocessing.Pool`, over the server's own HTTP.
@NullMarked
package dev.percore.protocol.client;

import org.jspecify.annotations.NullMarked;
