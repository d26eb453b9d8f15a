/// The command line: one class a command. Short commands talk to a running master over its control
/// socket and need nothing else of it; only `run` becomes the master.
@NullMarked
package dev.percore.master.cli;

import org.jspecify.annotations.NullMarked;
