package dev.percore.master.admin;

/// The server at a glance: the answer to `GET /status`.
///
/// @param state `starting`, `running` or `stopping`
/// @param started ISO 8601
/// @param listen address and port of the service
/// @param admin address and port of the admin endpoints
public record StatusView(
    long pid,
    String version,
    String state,
    String started,
    String listen,
    String admin,
    int workersWanted,
    int workersReady) {}
