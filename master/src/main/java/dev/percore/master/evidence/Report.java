package dev.percore.master.evidence;

import dev.percore.protocol.ControlMessage.Heartbeat;
import dev.percore.protocol.blackbox.BlackBox;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The `report.json` of a bundle. Instants are ISO 8601.
///
/// @param verdict [Verdict#label]
/// @param exitCode null if a signal ended it
/// @param signal its number, or null
/// @param reason why the master killed it, or null
/// @param state in which it ended
/// @param requestsUnrecorded further requests in flight of which nothing is known
/// @param jvmOptions all that its JVM was given
/// @param omitted files that were too large for the limits
record Report(
    String verdict,
    String ended,
    int slot,
    long pid,
    int generation,
    String exit,
    @Nullable Integer exitCode,
    @Nullable Integer signal,
    @Nullable String reason,
    String state,
    String started,
    double lifetimeSeconds,
    Load lastHeartbeat,
    Memory memory,
    List<Request> requestsInFlight,
    long requestsUnrecorded,
    List<String> jvmOptions,
    List<String> omitted) {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /// What it was busy with when it last told.
  record Load(
      double loopLagSeconds,
      int connections,
      int inFlight,
      int computeQueued,
      int computeRunning,
      long computeCompleted,
      double computeOverdueSeconds,
      long requests) {

    static Load of(Heartbeat heartbeat) {
      return new Load(
          seconds(heartbeat.loopLag()),
          heartbeat.connections(),
          heartbeat.inFlight(),
          heartbeat.queued(),
          heartbeat.running(),
          heartbeat.completed(),
          seconds(heartbeat.overdue()),
          heartbeat.requests());
    }
  }

  /// Its memory, and what the kernel counted.
  ///
  /// @param sampled when it was last looked at
  record Memory(
      String sampled,
      long rssBytes,
      long rssPeakBytes,
      Map<String, Long> eventsBefore,
      Map<String, Long> eventsAfter) {}

  /// A request that it had not answered.
  ///
  /// @param stage `on_loop`, `aside` (I/O pool or compute lane) or `sending`
  record Request(String method, String path, String started, double ageSeconds, String stage) {

    static Request of(BlackBox.InFlight request, Death death) {
      return new Request(
          request.method(),
          request.path(),
          request.startedAt().toString(),
          seconds(Duration.between(request.startedAt(), death.at())),
          request.stage().name().toLowerCase(Locale.ROOT));
    }
  }

  static Report of(
      Death death,
      Verdict verdict,
      Trace trace,
      BlackBox blackBox,
      Map<String, Long> memoryEvents,
      List<String> omitted) {
    Trace.Sample sample = trace.sample();
    boolean exited = death.exit().signal().isEmpty();
    return new Report(
        verdict.label(),
        death.at().toString(),
        death.slot(),
        death.pid(),
        death.generation(),
        death.exit().describe(),
        exited ? (Integer) death.exit().status() : null,
        exited ? null : (Integer) death.exit().signal().getAsInt(),
        death.killReason(),
        death.before().name().toLowerCase(Locale.ROOT),
        death.startedAt().toString(),
        seconds(death.lifetime()),
        Load.of(death.lastHeartbeat()),
        new Memory(
            sample.at().toString(),
            sample.residentBytes(),
            sample.residentPeakBytes(),
            trace.eventsBefore(),
            memoryEvents),
        blackBox.requests().stream().map(request -> Request.of(request, death)).toList(),
        blackBox.unrecorded(),
        trace.givenOptions(),
        omitted);
  }

  byte[] json() {
    return JSON.writeValueAsBytes(this);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
