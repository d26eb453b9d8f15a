/// Logback without XML, set up by [LogSetup] from the settings.
@NullMarked
package dev.percore.config.logging;

import org.jspecify.annotations.NullMarked;
