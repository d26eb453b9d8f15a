/// What a master and its workers say to each other: messages, framing, descriptor passing.
@NullMarked
package dev.percore.protocol;

import org.jspecify.annotations.NullMarked;
