/// Deliveries to receivers that clients have named, without becoming a way into networks that are
/// no business of theirs.
@NullMarked
package dev.percore.master.webhook;

import org.jspecify.annotations.NullMarked;
