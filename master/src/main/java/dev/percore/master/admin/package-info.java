/// The admin endpoints, on a loopback port and on the control socket.
@NullMarked
package dev.percore.master.admin;

import org.jspecify.annotations.NullMarked;
