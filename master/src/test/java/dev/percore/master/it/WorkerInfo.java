package dev.percore.master.it;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// A worker as `/workers` tells of it.
///
/// @param pid 0 while the slot is empty
/// @param generation 0 while the slot is empty
/// @param lastExit how the worker before ended, or an empty text
/// @param others its further processes, which drain or are about to take over
record WorkerInfo(
    int slot,
    long pid,
    String state,
    int generation,
    int restarts,
    String lastExit,
    int connections,
    int inFlight,
    int queued,
    int running,
    List<Other> others) {

  /// A process beside the worker of the day.
  record Other(long pid, String state, int generation) {}

  static List<WorkerInfo> all(JsonNode workers) {
    return workers.path("workers").valueStream().map(WorkerInfo::of).toList();
  }

  private static WorkerInfo of(JsonNode worker) {
    return new WorkerInfo(
        worker.path("slot").asInt(),
        worker.path("pid").asLong(0),
        worker.path("state").asString(),
        worker.path("generation").asInt(0),
        worker.path("restarts").asInt(),
        worker.path("last_exit").asString(""),
        worker.path("connections").asInt(0),
        worker.path("in_flight").asInt(0),
        worker.path("queued").asInt(0),
        worker.path("running").asInt(0),
        worker
            .path("others")
            .valueStream()
            .map(
                other ->
                    new Other(
                        other.path("pid").asLong(),
                        other.path("state").asString(),
                        other.path("generation").asInt()))
            .toList());
  }

  /// Whether it serves and is alone in its slot.
  boolean isSettled() {
    return isReady() && others.isEmpty();
  }

  boolean isReady() {
    return state.equals("ready");
  }
}
