/// What a request passes through, measured by JMH piece by piece: `scripts/bench jmh`. Compiled
/// and run once with each build of the profile `jmh`.
@NullMarked
package dev.percore.worker.jmh;

import org.jspecify.annotations.NullMarked;
