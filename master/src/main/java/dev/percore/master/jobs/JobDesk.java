package dev.percore.master.jobs;

import dev.percore.protocol.ControlMessage.JobAnswer;
import dev.percore.protocol.ControlMessage.JobAsk;
import io.netty.channel.EventLoop;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers what workers ask about jobs on behalf of their clients. Confined to the master's event
/// loop.
public final class JobDesk {
  private static final Logger log = LoggerFactory.getLogger(JobDesk.class);

  /// Requests and answers that may be on their way to and from the store at a time, in bytes.
  private static final long HELD_BYTES_MAXIMUM = 16 << 20;

  private final JobBook book;
  private final EventLoop loop;
  private long heldBytes;

  public JobDesk(JobBook book, EventLoop loop) {
    this.book = book;
    this.loop = loop;
  }

  /// Sends the answer to where it is wanted.
  private record Counter(long request, Consumer<JobAnswer> out) {
    void answer(int status, Map<String, String> headers, byte[] body) {
      out.accept(new JobAnswer(request, status, headers, body));
    }

    void refuse(JobProblem problem) {
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("Content-Type", JobProblem.MEDIA_TYPE);
      if (problem.retryAfterSeconds() > 0) {
        headers.put("Retry-After", Integer.toString(problem.retryAfterSeconds()));
      }
      answer(problem.status(), headers, problem.json());
    }
  }

  /// Answers now or later.
  ///
  /// @param out where the answer goes, on the event loop
  public void asked(JobAsk ask, Consumer<JobAnswer> out) {
    var counter = new Counter(ask.request(), out);
    Map<String, String> given = ask.parameters();
    try {
      switch (ask.action()) {
        case SUBMIT -> submit(given, ask.body(), counter);
        case SHOW -> show(entry(given), counter);
        case RESULT -> result(entry(given), counter);
        case LIST -> list(given, counter);
        case CANCEL -> cancel(entry(given), counter);
        case AWAIT -> await(entry(given), given, counter);
      }
    } catch (RefusedException refused) {
      counter.refuse(refused.problem());
    }
  }

  private Entry entry(Map<String, String> given) throws RefusedException {
    String id = given.getOrDefault("id", "");
    Optional<Entry> found = book.find(id);
    if (found.isEmpty()) {
      String shown = id.length() <= 64 ? id : id.substring(0, 64) + "…";
      throw new RefusedException(JobProblem.unknown(shown));
    }
    return found.get();
  }

  private void submit(Map<String, String> given, byte[] request, Counter counter)
      throws RefusedException {
    var call =
        new Job.Call(
            given.getOrDefault("function", ""),
            given.getOrDefault("method", "GET"),
            given.getOrDefault("query", ""),
            given.getOrDefault("content_type", ""),
            Boolean.parseBoolean(given.getOrDefault("idempotent", "true")));
    var order =
        new Job.Order(
            call,
            given.getOrDefault("key", ""),
            given.getOrDefault("fingerprint", ""),
            new Callbacks(
                given.getOrDefault("callback", ""), given.getOrDefault("error_callback", "")));
    hold(request.length);
    CompletionStage<Entry> stored;
    try {
      stored = book.submit(order, request);
    } catch (RefusedException refused) {
      heldBytes -= request.length;
      throw refused;
    }
    var _ =
        stored.whenComplete(
            (entry, lost) -> {
              heldBytes -= request.length;
              if (lost != null) {
                counter.refuse(JobProblem.unavailable("the job could not be stored.", 0));
              } else {
                accepted(entry, counter);
              }
            });
  }

  // There is always room for one, however long.
  private void hold(long length) throws RefusedException {
    if (heldBytes > 0 && heldBytes + length > HELD_BYTES_MAXIMUM) {
      throw new RefusedException(JobProblem.busy());
    }
    heldBytes += length;
  }

  private void read(Job job, Counter counter, Consumer<byte[]> then) throws RefusedException {
    int length = job.end().bytes();
    hold(length);
    var _ =
        book.answer(job)
            .whenComplete(
                (answer, lost) -> {
                  heldBytes -= length;
                  if (lost == null) {
                    then.accept(answer);
                  } else {
                    log.error("the answer of a job cannot be read", lost);
                    counter.refuse(JobProblem.unavailable("the job's answer cannot be read.", 0));
                  }
                });
  }

  private void accepted(Entry entry, Counter counter) {
    Map<String, String> headers = json();
    headers.put("Location", "/jobs/" + entry.job().id());
    headers.put("Preference-Applied", "respond-async");
    counter.answer(202, headers, JobDocument.of(entry, book.position(entry)));
  }

  private void show(Entry entry, Counter counter) throws RefusedException {
    Job job = entry.job();
    if (JobDocument.hasAnswer(job)) {
      read(job, counter, answer -> counter.answer(200, json(), JobDocument.of(entry, answer)));
    } else {
      counter.answer(200, json(), JobDocument.of(entry, book.position(entry)));
    }
  }

  private void result(Entry entry, Counter counter) throws RefusedException {
    Job job = entry.job();
    if (!job.state().isEnd()) {
      throw new RefusedException(JobProblem.notEnded(job));
    }
    read(
        job,
        counter,
        answer ->
            counter.answer(
                job.end().status(), Map.of("Content-Type", job.end().contentType()), answer));
  }

  private void list(Map<String, String> given, Counter counter) throws RefusedException {
    String state = given.getOrDefault("state", "");
    String function = given.getOrDefault("function", "");
    int limit = Integer.parseInt(given.getOrDefault("limit", "100"));
    // A place in the order, and no job, which may be forgotten before the next page is asked for.
    long after = Long.parseLong(given.getOrDefault("after", Long.toString(Long.MAX_VALUE)));
    List<Entry> found =
        book.newestFirst()
            .filter(entry -> entry.stored().isDone() && entry.job().sequence() < after)
            .filter(entry -> state.isEmpty() || entry.job().state().label().equals(state))
            .filter(entry -> function.isEmpty() || entry.job().call().function().equals(function))
            .limit(limit + 1L)
            .toList();
    boolean more = found.size() > limit;
    List<Entry> page = more ? found.subList(0, limit) : found;
    String next = more ? next(page.getLast().job().sequence(), state, function, limit) : "";
    counter.answer(200, json(), JobDocument.of(page, book.positions(page), next));
  }

  private static String next(long last, String state, String function, int limit) {
    StringBuilder next = new StringBuilder("/jobs?after=" + last + "&limit=" + limit);
    if (!state.isEmpty()) {
      next.append("&state=").append(state);
    }
    if (!function.isEmpty()) {
      next.append("&function=").append(URLEncoder.encode(function, StandardCharsets.UTF_8));
    }
    return next.toString();
  }

  private void cancel(Entry entry, Counter counter) throws RefusedException {
    boolean done = book.cancel(entry);
    if (done) {
      // Its end is on its way into the store.
      awaitEnd(
          entry,
          () -> counter.answer(200, json(), JobDocument.of(entry, JobProblem.cancelled().json())));
    } else {
      counter.answer(202, json(), JobDocument.of(entry, 0));
    }
  }

  private static void awaitEnd(Entry entry, Runnable then) {
    if (entry.job().state().isEnd()) {
      then.run();
    } else {
      var _ = entry.next().thenRun(() -> awaitEnd(entry, then));
    }
  }

  /// Answers when the job has another version than the one known, or has ended; or, if that does
  /// not come in time, with what there is.
  private void await(Entry entry, Map<String, String> given, Counter counter) {
    long known = Long.parseLong(given.getOrDefault("version", "0"));
    boolean onlyEnd = Boolean.parseBoolean(given.getOrDefault("end", "false"));
    long millis = Long.parseLong(given.getOrDefault("millis", "0"));
    await(
        entry, known, onlyEnd, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis), counter);
  }

  private void await(Entry entry, long known, boolean onlyEnd, long deadline, Counter counter) {
    boolean ended = entry.job().state().isEnd();
    long left = deadline - System.nanoTime();
    if (ended || left <= 0 || (!onlyEnd && entry.version() != known)) {
      Map<String, String> headers = json();
      headers.put("version", Long.toString(entry.version()));
      headers.put("state", entry.job().state().label());
      headers.put("ended", Boolean.toString(ended));
      counter.answer(200, headers, JobDocument.of(entry, book.position(entry)));
      return;
    }
    CompletableFuture<Void> news = entry.next();
    var timer = loop.schedule(() -> news.complete(null), left, TimeUnit.NANOSECONDS);
    var _ =
        news.thenRun(
            () -> {
              timer.cancel(false);
              await(entry, known, onlyEnd, deadline, counter);
            });
  }

  private static Map<String, String> json() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    return headers;
  }
}
