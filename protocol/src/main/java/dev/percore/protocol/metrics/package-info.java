/// Figures: the registry of a process, and what it shows as it travels to the master, which is the
/// data model of Prometheus without its library.
@NullMarked
package dev.percore.protocol.metrics;

import org.jspecify.annotations.NullMarked;
