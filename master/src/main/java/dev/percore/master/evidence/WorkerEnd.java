package dev.percore.master.evidence;

import dev.percore.protocol.WorkerExit;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The end of one worker process, as the history has it.
///
/// @param at when the master learnt of it
/// @param reason why the master killed it, or null
/// @param bundle where what is known of it is kept, or null
public record WorkerEnd(
    Instant at,
    int slot,
    long pid,
    int generation,
    Duration lifetime,
    WorkerExit exit,
    Verdict verdict,
    @Nullable String reason,
    @Nullable Path bundle) {}
