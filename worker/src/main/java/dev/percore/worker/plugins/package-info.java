/// Finds the functions and handlers: those that ship, and those of users in the `plugins/` folder.
@NullMarked
package dev.percore.worker.plugins;

import org.jspecify.annotations.NullMarked;
