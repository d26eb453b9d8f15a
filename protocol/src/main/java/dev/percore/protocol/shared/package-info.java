/// Memory that the master and all workers map, for what they count together.
@NullMarked
package dev.percore.protocol.shared;

import org.jspecify.annotations.NullMarked;
