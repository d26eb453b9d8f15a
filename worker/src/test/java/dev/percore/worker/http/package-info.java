@NullMarked
package dev.percore.worker.http;

import org.jspecify.annotations.NullMarked;
