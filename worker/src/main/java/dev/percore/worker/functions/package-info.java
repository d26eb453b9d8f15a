/// The functions that ship, each one class. They use nothing of the server but its public
/// interfaces and are found with [java.util.ServiceLoader], as those of plugins are.
@NullMarked
package dev.percore.worker.functions;

import org.jspecify.annotations.NullMarked;
