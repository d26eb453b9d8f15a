@NullMarked
package dev.percore.worker;

import org.jspecify.annotations.NullMarked;
