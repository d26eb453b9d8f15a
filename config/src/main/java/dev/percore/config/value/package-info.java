/// The types that a setting's value can have: how each is read, written and described.
@NullMarked
package dev.percore.config.value;

import org.jspecify.annotations.NullMarked;
