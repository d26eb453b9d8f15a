/// Looks for what in the machine, the container or the settings will make trouble, before it
/// does.
@NullMarked
package dev.percore.master.doctor;

import org.jspecify.annotations.NullMarked;
