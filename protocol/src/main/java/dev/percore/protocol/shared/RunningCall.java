package dev.percore.protocol.shared;

/// What a worker was computing, as the master finds it.
///
/// @param fingerprint of the call
/// @param startedNanos by [System#nanoTime], which is one clock for all processes of a machine
/// @param again whether another worker that had taken it over has died
public record RunningCall(String function, long fingerprint, long startedNanos, boolean again) {}
