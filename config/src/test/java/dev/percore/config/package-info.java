@NullMarked
package dev.percore.config;

import org.jspecify.annotations.NullMarked;
