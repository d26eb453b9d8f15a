/// The black box of a worker: memory that it shares with its master, in which it notes what it is
/// doing. The master reads it when the worker is dead, however it died.
@NullMarked
package dev.percore.protocol.blackbox;

import org.jspecify.annotations.NullMarked;
