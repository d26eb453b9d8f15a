@NullMarked
package dev.percore.worker.http.client;

import org.jspecify.annotations.NullMarked;
