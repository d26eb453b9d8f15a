@NullMarked
package dev.percore.config.logging;

import org.jspecify.annotations.NullMarked;
