@NullMarked
package dev.percore.master.cli;

import org.jspecify.annotations.NullMarked;
