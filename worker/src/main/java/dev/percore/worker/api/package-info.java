/// What users implement: [ComputeFunction] for work that burns CPU, [BlockingHandler] for work that
/// waits. Both are found with [java.util.ServiceLoader] in the jars of the `plugins/` folder.
@NullMarked
package dev.percore.worker.api;

import org.jspecify.annotations.NullMarked;
