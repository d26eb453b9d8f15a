package dev.percore.master.admin;

import dev.percore.master.StopMode;
import dev.percore.master.metrics.MetricsCollector;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the admin endpoints answer, apart from how HTTP brings it. Confined to the master's event
/// loop.
public final class AdminApi {
  private static final Pattern DUMP = Pattern.compile("/workers/(\\d{1,4})/dump");

  private final Supplier<StatusView> status;
  private final Supplier<WorkersView> workers;
  private final MetricsCollector metrics;
  private final Consumer<StopMode> stop;
  private final Supplier<HistoryView> history;
  private final Dumps dumps;

  /// Where thread dumps come from.
  @FunctionalInterface
  public interface Dumps {
    /// The threads of the worker of a slot, and with `heap` what its heap is full of; empty if
    /// the slot has no worker.
    Optional<CompletionStage<String>> of(int slot, boolean heap);
  }

  /// A request, reduced to what matters here.
  ///
  /// @param query the decoded parameters, the first value of each
  /// @param owner whether it came over the control socket, which only the owner can open
  public record Call(
      String method,
      String path,
      Map<String, String> query,
      @Nullable String accept,
      boolean owner) {}

  public AdminApi(
      Supplier<StatusView> status,
      Supplier<WorkersView> workers,
      MetricsCollector metrics,
      Consumer<StopMode> stop,
      Supplier<HistoryView> history,
      Dumps dumps) {
    this.status = status;
    this.workers = workers;
    this.metrics = metrics;
    this.stop = stop;
    this.history = history;
    this.dumps = dumps;
  }

  /// Answers on the event loop, most calls at once.
  public CompletionStage<AdminAnswer> answer(Call call) {
    return switch (call.path()) {
      case "/" -> onGet(call, AdminAnswer::index);
      case "/healthz" -> onGet(call, () -> AdminAnswer.text(200, "ok\n"));
      case "/status" -> onGet(call, () -> AdminAnswer.json(200, status.get()));
      case "/workers" -> onGet(call, () -> AdminAnswer.json(200, workers.get()));
      case "/workers/history" -> onGet(call, () -> AdminAnswer.json(200, history.get()));
      case "/metrics" ->
          isGet(call)
              ? metrics
                  .collect()
                  .thenApply(figures -> AdminAnswer.page(figures.page(call.accept())))
              : methodNotAllowed(call, "GET, HEAD");
      case "/stop" -> stop(call);
      default -> {
        Matcher dump = DUMP.matcher(call.path());
        yield dump.matches()
            ? dump(call, Integer.parseInt(dump.group(1)))
            : notFound(call.path() + " is not served.");
      }
    };
  }

  private CompletionStage<AdminAnswer> dump(Call call, int slot) {
    if (!call.method().equals("POST")) {
      return methodNotAllowed(call, "POST");
    }
    if (!call.owner()) {
      return ownerAlone("A thread dump is had over control.sock in the run folder, not over TCP.");
    }
    return dumps
        .of(slot, call.query().containsKey("heap"))
        .map(
            text ->
                text.thenApply(threads -> AdminAnswer.text(200, threads))
                    .exceptionally(AdminApi::noDump))
        .orElseGet(() -> notFound("Slot " + slot + " has no worker at the moment."));
  }

  private static AdminAnswer noDump(Throwable failure) {
    Throwable cause = failure.getCause(); // of the CompletionException
    return AdminAnswer.problem(
        504,
        "no-answer",
        "No answer",
        "The worker gave no thread dump: " + (cause == null ? failure : cause).getMessage());
  }

  private static CompletionStage<AdminAnswer> notFound(String detail) {
    return now(AdminAnswer.problem(404, "not-found", "Not found", detail));
  }

  private static CompletionStage<AdminAnswer> ownerAlone(String detail) {
    return now(
        AdminAnswer.problem(403, "control-socket-only", "Only over the control socket", detail));
  }

  private CompletionStage<AdminAnswer> stop(Call call) {
    if (!call.method().equals("POST")) {
      return methodNotAllowed(call, "POST");
    }
    if (!call.owner()) {
      return ownerAlone(
          "The server can be stopped over control.sock in its run folder, not over TCP.");
    }
    String wanted = call.query().getOrDefault("mode", "fast");
    for (StopMode mode : StopMode.values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(wanted)) {
        stop.accept(mode);
        return now(AdminAnswer.json(202, Map.of("stopping", wanted)));
      }
    }
    return now(
        AdminAnswer.problem(
            400,
            "bad-parameter",
            "Bad parameter",
            "mode: found '" + wanted + "', allowed: fast or graceful."));
  }

  private static CompletionStage<AdminAnswer> onGet(Call call, Supplier<AdminAnswer> answer) {
    return isGet(call) ? now(answer.get()) : methodNotAllowed(call, "GET, HEAD");
  }

  private static boolean isGet(Call call) {
    return call.method().equals("GET") || call.method().equals("HEAD");
  }

  private static CompletionStage<AdminAnswer> methodNotAllowed(Call call, String allowed) {
    return now(
        AdminAnswer.problem(
                405,
                "method-not-allowed",
                "Method not allowed",
                call.path() + " takes " + allowed + ", not " + call.method() + ".")
            .allowing(allowed));
  }

  private static CompletionStage<AdminAnswer> now(AdminAnswer answer) {
    return CompletableFuture.completedFuture(answer);
  }
}
