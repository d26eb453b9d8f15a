/// Reloads: from the configuration that is read again to the last slot that has changed over.
@NullMarked
package dev.percore.master.reload;

import org.jspecify.annotations.NullMarked;
