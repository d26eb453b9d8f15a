/// Writing of JSON.
@NullMarked
package dev.percore.worker.json;

import org.jspecify.annotations.NullMarked;
