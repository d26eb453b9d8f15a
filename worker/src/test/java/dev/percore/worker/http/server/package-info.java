@NullMarked
package dev.percore.worker.http.server;

import org.jspecify.annotations.NullMarked;
