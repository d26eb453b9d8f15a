/// A worker's figures as they travel to the master: the Prometheus data model, without its
/// library.
@NullMarked
package dev.percore.protocol.metrics;

import org.jspecify.annotations.NullMarked;
