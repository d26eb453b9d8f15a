package dev.percore.worker.compute;

/// What a lane has to do at one moment.
///
/// @param state whether it takes tasks
/// @param waiting tasks that wait
/// @param portable those of them that another worker could run, and that may be worth the way
/// @param waitingEstimateNanos how long these are expected to run, all together; 0 also where
///     nothing is known of them
/// @param running whether a task is on the thread
/// @param runningSinceNanos since when, by [System#nanoTime]; 0 if none is
public record LaneLoad(
    LaneState state,
    int waiting,
    int portable,
    long waitingEstimateNanos,
    boolean running,
    long runningSinceNanos) {}
