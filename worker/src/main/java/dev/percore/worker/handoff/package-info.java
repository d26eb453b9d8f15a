/// How tasks move from a busy worker to an idle sibling.
@NullMarked
package dev.percore.worker.handoff;

import org.jspecify.annotations.NullMarked;
