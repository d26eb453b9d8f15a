/// Upgrades: a master hands its sockets to the next one, which may be of another build.
@NullMarked
package dev.percore.master.upgrade;

import org.jspecify.annotations.NullMarked;
