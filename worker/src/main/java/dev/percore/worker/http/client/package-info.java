/// Who the client of a request is, when there are proxies in between.
@NullMarked
package dev.percore.worker.http.client;

import org.jspecify.annotations.NullMarked;
