package dev.percore.master.admin;

import dev.percore.master.StopMode;
import dev.percore.master.metrics.MetricsCollector;
import dev.percore.protocol.ControlMessage.PoolState;
import dev.percore.protocol.shared.Fingerprint;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
  private final Control control;
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
      Control control,
      Supplier<HistoryView> history,
      Dumps dumps) {
    this.status = status;
    this.workers = workers;
    this.metrics = metrics;
    this.control = control;
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
      case "/stop" -> onOwnerPost(call, () -> stop(call));
      case "/reload" ->
          onOwnerPost(
              call, () -> control.reload().thenApply(report -> AdminAnswer.json(200, report)));
      case "/upgrade" ->
          onOwnerPost(
              call, () -> control.upgrade().thenApply(report -> AdminAnswer.json(200, report)));
      case "/pool/open" -> onOwnerPost(call, () -> done(() -> control.usePool(PoolState.OPEN)));
      case "/pool/close" -> onOwnerPost(call, () -> done(() -> control.usePool(PoolState.CLOSED)));
      case "/pool/terminate" ->
          onOwnerPost(call, () -> done(() -> control.usePool(PoolState.TERMINATED)));
      case "/pool/join" ->
          onOwnerPost(
              call,
              () -> control.joinPool().thenApply(_ -> AdminAnswer.json(200, Map.of("done", true))));
      case "/poison" -> onGet(call, () -> AdminAnswer.json(200, PoisonView.of(control.poison())));
      case "/poison/forget" -> onOwnerPost(call, () -> now(forgetPoison(call)));
      case "/reopen" -> onOwnerPost(call, () -> done(control::reopenLogs));
      case "/workers/drain" -> onOwnerPost(call, () -> done(control::drainWorkers));
      case "/workers/add" -> onOwnerPost(call, () -> now(slot(control.addWorker())));
      case "/workers/remove" -> onOwnerPost(call, () -> now(slot(remove(call))));
      case "/workers/restart" -> onOwnerPost(call, () -> now(slot(restart(call))));
      default -> {
        Matcher dump = DUMP.matcher(call.path());
        yield dump.matches()
            ? onOwnerPost(call, () -> dump(call, Integer.parseInt(dump.group(1))))
            : notFound(call.path() + " is not served.");
      }
    };
  }

  private CompletionStage<AdminAnswer> dump(Call call, int slot) {
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

  /// What an owner may do; may be refused.
  private interface Action {
    CompletionStage<AdminAnswer> run() throws Control.RefusedException;
  }

  private static CompletionStage<AdminAnswer> onOwnerPost(Call call, Action action) {
    if (!call.method().equals("POST")) {
      return methodNotAllowed(call, "POST");
    }
    if (!call.owner()) {
      return now(
          AdminAnswer.problem(
              403,
              "control-socket-only",
              "Only over the control socket",
              "The server is steered over control.sock in its run folder, not over TCP."));
    }
    try {
      return action.run();
    } catch (Control.RefusedException refused) {
      return now(
          AdminAnswer.problem(409, "refused", "Refused", String.valueOf(refused.getMessage())));
    }
  }

  private static CompletionStage<AdminAnswer> done(Runnable action) {
    action.run();
    return now(AdminAnswer.json(200, Map.of("done", true)));
  }

  private static AdminAnswer slot(int number) {
    return AdminAnswer.json(200, Map.of("slot", number));
  }

  private AdminAnswer forgetPoison(Call call) throws Control.RefusedException {
    String text = call.query().getOrDefault("fingerprint", "");
    long fingerprint;
    try {
      fingerprint = Fingerprint.parse(text);
    } catch (NumberFormatException e) {
      throw new Control.RefusedException(
          "fingerprint: found '" + text + "', allowed: 16 hexadecimal digits");
    }
    if (!control.forgetPoison(fingerprint)) {
      throw new Control.RefusedException("no call with the fingerprint " + text + " is known");
    }
    return AdminAnswer.json(200, Map.of("done", true));
  }

  private int remove(Call call) throws Control.RefusedException {
    if (!call.query().containsKey("slot")) {
      return control.removeWorker();
    }
    int slot = slotOf(call);
    control.removeWorker(slot);
    return slot;
  }

  private int restart(Call call) throws Control.RefusedException {
    int slot = slotOf(call);
    control.restartWorker(slot);
    return slot;
  }

  private static int slotOf(Call call) throws Control.RefusedException {
    String text = call.query().getOrDefault("slot", "");
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new Control.RefusedException(
          "slot: found '" + text + "', allowed: the number of a slot");
    }
  }

  private CompletionStage<AdminAnswer> stop(Call call) {
    String wanted = call.query().getOrDefault("mode", "fast");
    for (StopMode mode : StopMode.values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(wanted)) {
        control.stop(mode);
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
