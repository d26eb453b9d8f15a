/// The blocking handler that ships: files from a folder.
@NullMarked
package dev.percore.worker.files;

import org.jspecify.annotations.NullMarked;
