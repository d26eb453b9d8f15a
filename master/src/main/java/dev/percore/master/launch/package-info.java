/// Starting worker processes.
@NullMarked
package dev.percore.master.launch;

import org.jspecify.annotations.NullMarked;
