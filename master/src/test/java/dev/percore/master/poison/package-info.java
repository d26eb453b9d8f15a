@NullMarked
package dev.percore.master.poison;

import org.jspecify.annotations.NullMarked;
