package dev.percore.master.admin;

import dev.percore.master.reload.ReloadReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The server at a glance: the answer to `GET /status`.
///
/// @param state `starting`, `running`, `paused` or `stopping`
/// @param started ISO 8601
/// @param listen address and port of the service, the main one
/// @param addresses all addresses of the service, the main one first
/// @param admin address and port of the admin endpoints
/// @param generation the configuration in force: 1 at the start, one more with each reload
/// @param pool whether work is taken: `open`, `closed` or `terminated`
/// @param reload the reload that goes on, or else the last one; null if there was none
public record StatusView(
    long pid,
    String version,
    String state,
    String started,
    String listen,
    List<String> addresses,
    String admin,
    int workersWanted,
    int workersReady,
    int generation,
    String pool,
    @Nullable ReloadReport reload) {

  /// Copies what could change later.
  public StatusView {
    addresses = List.copyOf(addresses);
  }
}
