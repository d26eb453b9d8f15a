@NullMarked
package dev.percore.protocol.shared;

import org.jspecify.annotations.NullMarked;
