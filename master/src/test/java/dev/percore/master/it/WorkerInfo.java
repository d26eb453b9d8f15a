package dev.percore.master.it;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// A worker as `/workers` tells of it.
///
/// @param pid 0 while the slot is empty
/// @param lastExit how the worker before ended, or an empty text
record WorkerInfo(
    int slot,
    long pid,
    String state,
    int restarts,
    String lastExit,
    int inFlight,
    int queued,
    int running) {

  static List<WorkerInfo> all(JsonNode workers) {
    return workers.path("workers").valueStream().map(WorkerInfo::of).toList();
  }

  private static WorkerInfo of(JsonNode worker) {
    return new WorkerInfo(
        worker.path("slot").asInt(),
        worker.path("pid").asLong(0),
        worker.path("state").asString(),
        worker.path("restarts").asInt(),
        worker.path("last_exit").asString(""),
        worker.path("in_flight").asInt(0),
        worker.path("queued").asInt(0),
        worker.path("running").asInt(0));
  }

  boolean isReady() {
    return state.equals("ready");
  }
}
