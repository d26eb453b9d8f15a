package dev.percore.worker.calc;

/// Which worker answers.
///
/// @param slot number of the worker, from 0; stays the same when its process is replaced
/// @param pid of its process
public record WorkerIdentity(int slot, long pid) {}
