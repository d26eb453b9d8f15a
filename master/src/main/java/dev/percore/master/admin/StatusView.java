package dev.percore.master.admin;

import dev.percore.master.reload.ReloadReport;
import org.jspecify.annotations.Nullable;

/// The server at a glance: the answer to `GET /status`.
///
/// @param state `starting`, `running`, `paused` or `stopping`
/// @param started ISO 8601
/// @param listen address and port of the service
/// @param admin address and port of the admin endpoints
/// @param generation the configuration in force: 1 at the start, one more with each reload
/// @param reload the reload that goes on, or else the last one; null if there was none
public record StatusView(
    long pid,
    String version,
    String state,
    String started,
    String listen,
    String admin,
    int workersWanted,
    int workersReady,
    int generation,
    @Nullable ReloadReport reload) {}
