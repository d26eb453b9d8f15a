/// What the service tells of itself: its page, its health, its problem types, its API description.
@NullMarked
package dev.percore.worker.site;

import org.jspecify.annotations.NullMarked;
