@NullMarked
package dev.percore.config.value;

import org.jspecify.annotations.NullMarked;
