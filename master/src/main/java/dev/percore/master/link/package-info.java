/// The control connections to the workers.
@NullMarked
package dev.percore.master.link;

import org.jspecify.annotations.NullMarked;
