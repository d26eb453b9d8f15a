/// What two workers of one generation say to each other, so that a task can move between them.
@NullMarked
package dev.percore.protocol.peer;

import org.jspecify.annotations.NullMarked;
