@NullMarked
package dev.percore.protocol;

import org.jspecify.annotations.NullMarked;
