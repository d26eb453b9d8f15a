@NullMarked
package dev.percore.master;

import org.jspecify.annotations.NullMarked;
