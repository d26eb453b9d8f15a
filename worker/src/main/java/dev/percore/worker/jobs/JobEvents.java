package dev.percore.worker.jobs;

import dev.percore.protocol.ControlMessage.JobAction;
import dev.percore.protocol.ControlMessage.JobAnswer;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.Exchange;
import dev.percore.worker.http.ResponseStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `/jobs/{id}/events`: news of a job as server-sent events (HTML Standard, section 9.2), each with
/// the job's document. Who is slow gets the latest news and not all that were missed.
///
/// After the event that tells the end the stream ends. A browser asks again then, with the id of
/// the last event; 204 tells it that there will be no more.
final class JobEvents {
  private static final String LAST = "end";
  private static final byte[] NOTHING = new byte[0];
  private static final byte[] STILL_THERE = ":\n\n".getBytes(StandardCharsets.UTF_8);

  /// Without news for so long, a comment tells those in between that the stream is alive.
  private static final Duration QUIET_TIME = Duration.ofSeconds(10);

  private final JobClient client;
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  JobEvents(JobClient client) {
    this.client = client;
  }

  /// Streams the news of a job.
  void watch(String id, Exchange exchange) {
    if (LAST.equals(exchange.request().header("Last-Event-ID"))) {
      exchange.respond(Response.empty(204));
      return;
    }
    ask(id, "0", Duration.ZERO, answer -> begin(id, exchange, answer));
  }

  private void begin(String id, Exchange exchange, Optional<JobAnswer> answer) {
    if (answer.isEmpty() || answer.get().status() != 200) {
      JobRoutes.respond(exchange, answer);
      return;
    }
    Response head =
        Response.of(200, "text/event-stream", NOTHING).with("Cache-Control", "no-store");
    var watch = new Watch(id, exchange.stream(head));
    watches.add(watch);
    exchange.onClientGone(watch::stop);
    watch.tell(answer.get());
    if (closed) {
      watch.end();
    }
  }

  /// Ends all streams; whoever wants more asks again. From any thread.
  void close() {
    closed = true;
    client.onLoop(() -> watches.forEach(Watch::end));
  }

  private JobClient.Question ask(
      String id, String version, Duration time, Consumer<Optional<JobAnswer>> then) {
    Map<String, String> parameters =
        Map.of("id", id, "version", version, "millis", Long.toString(time.toMillis()));
    return client.ask(JobAction.AWAIT, parameters, time.plus(JobClient.PATIENCE), then);
  }

  /// One client that watches one job. On the event loop.
  private final class Watch {
    private final String id;
    private final ResponseStream stream;
    private String version = "";
    private JobClient.@Nullable Question question;
    private boolean over;

    Watch(String id, ResponseStream stream) {
      this.id = id;
      this.stream = stream;
    }

    void tell(JobAnswer answer) {
      Map<String, String> headers = answer.headers();
      String next = headers.getOrDefault("version", "");
      boolean last = Boolean.parseBoolean(headers.get("ended"));
      stream.write(
          next.equals(version)
              ? STILL_THERE
              : event(headers.getOrDefault("state", ""), last ? LAST : next, answer.body()));
      version = next;
      if (last) {
        end();
      } else if (!over) {
        stream.onWritable(this::awaitNews);
      }
    }

    private void awaitNews() {
      question =
          ask(
              id,
              version,
              QUIET_TIME,
              answer -> {
                if (answer.isPresent() && answer.get().status() == 200) {
                  tell(answer.get());
                } else {
                  end(); // forgotten, or the master is gone: whoever asks again is told
                }
              });
    }

    void end() {
      stop();
      stream.end();
    }

    void stop() {
      over = true;
      watches.remove(this);
      JobClient.Question asked = question;
      if (asked != null) {
        var _ = asked.forget();
      }
    }

    private static byte[] event(String name, String id, byte[] document) {
      String data = new String(document, StandardCharsets.UTF_8);
      return String.join("\n", List.of("event: " + name, "id: " + id, "data: " + data, "", ""))
          .getBytes(StandardCharsets.UTF_8);
    }
  }
}
