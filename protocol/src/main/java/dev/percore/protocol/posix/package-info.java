/// The native layer: every call into libc that Percore makes, through java.lang.foreign.
@NullMarked
package dev.percore.protocol.posix;

import org.jspecify.annotations.NullMarked;
