/// The listening sockets, which belong to the master.
@NullMarked
package dev.percore.master.listen;

import org.jspecify.annotations.NullMarked;
