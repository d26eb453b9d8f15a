/// What is known of workers that died: the crash bundles, the verdict, the history of ends, and
/// the thread dumps of those that live.
@NullMarked
package dev.percore.master.evidence;

import org.jspecify.annotations.NullMarked;
