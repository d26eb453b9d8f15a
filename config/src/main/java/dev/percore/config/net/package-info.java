/// Network addresses as they stand in the configuration: where to listen, and whom to trust.
@NullMarked
package dev.percore.config.net;

import org.jspecify.annotations.NullMarked;
