@NullMarked
package dev.percore.protocol.client;

import org.jspecify.annotations.NullMarked;
