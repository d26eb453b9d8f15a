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
import org.jspecify.annotations.Nullable;

/// Asks the master about jobs. [#ask] may be called from any thread.
public final class JobClient {
  /// How long the master may take for what it can answer at once.
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /// Longest content of a message about a job; the rest of the message is for what names it.
  static final int CONTENT_LENGTH_MAXIMUM = ControlPipeline.MAX_FRAME_BYTES - (1 << 20);

  private static final byte[] NO_BODY = {};

  private final Consumer<ToMaster> master;
  private final EventLoop loop;
  private final Map<Long, Question> pending = new HashMap<>();
  private long lastRequest;

  /// @param master says something to it
  public JobClient(Consumer<ToMaster> master, EventLoop loop) {
    this.master = master;
    this.loop = loop;
  }

  /// Asks for something that is named by parameters alone.
  Question ask(
      JobAction action,
      Map<String, String> parameters,
      Duration patience,
      Consumer<Optional<JobAnswer>> whenAnswered) {
    return ask(action, parameters, NO_BODY, patience, whenAnswered);
  }

  /// Asks.
  ///
  /// @param patience how long to wait for the answer
  /// @param whenAnswered told on the event loop, once; empty if no answer came in time
  Question ask(
      JobAction action,
      Map<String, String> parameters,
      byte[] body,
      Duration patience,
      Consumer<Optional<JobAnswer>> whenAnswered) {
    var question = new Question(whenAnswered);
    loop.execute(() -> question.begin(action, parameters, body, patience));
    return question;
  }

  /// Runs something where the answers come.
  void onLoop(Runnable action) {
    loop.execute(action);
  }

  /// Says something to the master, on any thread.
  void tell(ToMaster message) {
    master.accept(message);
  }

  /// The master has answered. On the event loop.
  void answered(JobAnswer answer) {
    Question asked = pending.get(answer.request());
    if (asked != null) {
      asked.end(Optional.of(answer));
    }
  }

  /// What was asked. Confined to the event loop.
  final class Question {
    private final Consumer<Optional<JobAnswer>> whenAnswered;
    private long request;
    private @Nullable ScheduledFuture<?> timer;
    private boolean over;

    private Question(Consumer<Optional<JobAnswer>> whenAnswered) {
      this.whenAnswered = whenAnswered;
    }

    private void begin(
        JobAction action, Map<String, String> parameters, byte[] body, Duration patience) {
      if (over) {
        return;
      }
      request = ++lastRequest;
      pending.put(request, this);
      timer =
          loop.schedule(() -> end(Optional.empty()), patience.toMillis(), TimeUnit.MILLISECONDS);
      master.accept(new JobAsk(request, action, parameters, body));
    }

    private void end(Optional<JobAnswer> answer) {
      if (forget()) {
        whenAnswered.accept(answer);
      }
    }

    /// Nobody wants the answer any more.
    ///
    /// @return whether it has not come before
    boolean forget() {
      if (over) {
        return false;
      }
      over = true;
      pending.remove(request);
      if (timer != null) {
        timer.cancel(false);
      }
      return true;
    }
  }
}
