@NullMarked
package dev.percore.master.webhook;

import org.jspecify.annotations.NullMarked;
