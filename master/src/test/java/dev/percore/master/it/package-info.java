/// Tests of the whole: each starts the distribution as processes and speaks to it over real
/// sockets. They run in Maven's phase `verify`, when the distribution has been made.
@NullMarked
package dev.percore.master.it;

import org.jspecify.annotations.NullMarked;
