/// The I/O pool: where handlers run that block.
@NullMarked
package dev.percore.worker.io;

import org.jspecify.annotations.NullMarked;
