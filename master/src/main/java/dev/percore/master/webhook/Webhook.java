package dev.percore.master.webhook;

/// Something that a receiver is to be told.
///
/// @param id the same in each attempt, by which the receiver knows a repeated one; without a dot
/// @param url where it goes
/// @param body a JSON document
public record Webhook(String id, CallbackUrl url, byte[] body) {}
