/// The HTTP front of a worker: the connection, the parser, the encoder, routing, problems.
@NullMarked
package dev.percore.worker.http;

import org.jspecify.annotations.NullMarked;
