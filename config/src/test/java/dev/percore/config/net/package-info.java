@NullMarked
package dev.percore.config.net;

import org.jspecify.annotations.NullMarked;
