/// Supervision: which workers there should be, which there are, and what to do about it.
@NullMarked
package dev.percore.master.supervise;

import org.jspecify.annotations.NullMarked;
