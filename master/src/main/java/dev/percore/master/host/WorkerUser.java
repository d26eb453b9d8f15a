package dev.percore.master.host;

/// The user as whom workers run, where that is another one than the master's.
///
/// @param gid the group that the workers get, and that their files belong to
public record WorkerUser(String name, int uid, int gid) {}
