/// What the master is to the machine it runs on: whose rights its workers have, who owns its
/// files, and what becomes of processes that lose their parent.
@NullMarked
package dev.percore.master.host;

import org.jspecify.annotations.NullMarked;
