/// Calls at which workers die: who is blamed, and what is refused.
@NullMarked
package dev.percore.master.poison;

import org.jspecify.annotations.NullMarked;
