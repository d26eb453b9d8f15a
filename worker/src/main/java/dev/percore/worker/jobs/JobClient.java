package dev.percore.worker.jobs;

import dev.percore.protocol.ControlMessage.JobAction;
import dev.percore.protocol.ControlMessage.JobAnswer;
import dev.percore.protocol.ControlMessage.JobAsk;
import dev.percore.protocol.ControlMessage.ToMaster;
import dev.percore.protocol.ControlPipeline;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Asks the master about jobs. [#ask] may be called from any thread.
public final class JobClient {
  /// How long the master may take for what it can answer at once.
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /// Longest content of a message about a job; the rest of the message is for what names it.
  static final int CONTENT_LENGTH_MAXIMUM = ControlPipeline.MAX_FRAME_BYTES - (1 << 20);

  private final Consumer<ToMaster> master;
  private final EventLoop loop;
  private final Map<Long, Pending> pending = new HashMap<>();
  private long lastRequest;

  private record Pending(Consumer<Optional<JobAnswer>> whenAnswered, ScheduledFuture<?> timer) {}

  /// @param master says something to it
  public JobClient(Consumer<ToMaster> master, EventLoop loop) {
    this.master = master;
    this.loop = loop;
  }

  /// Asks.
  ///
  /// @param patience how long to wait for the answer
  /// @param whenAnswered told on the event loop, once; empty if no answer came in time
  void ask(
      JobAction action,
      Map<String, String> parameters,
      byte[] body,
      Duration patience,
      Consumer<Optional<JobAnswer>> whenAnswered) {
    loop.execute(
        () -> {
          long request = ++lastRequest;
          var timer =
              loop.schedule(
                  () -> answer(request, Optional.empty()),
                  patience.toMillis(),
                  TimeUnit.MILLISECONDS);
          pending.put(request, new Pending(whenAnswered, timer));
          master.accept(new JobAsk(request, action, parameters, body));
        });
  }

  /// Says something to the master, on any thread.
  void tell(ToMaster message) {
    master.accept(message);
  }

  /// The master has answered. On the event loop.
  void answered(JobAnswer answer) {
    answer(answer.request(), Optional.of(answer));
  }

  private void answer(long request, Optional<JobAnswer> answer) {
    Pending asked = pending.remove(request);
    if (asked != null) {
      asked.timer().cancel(false);
      asked.whenAnswered().accept(answer);
    }
  }
}
