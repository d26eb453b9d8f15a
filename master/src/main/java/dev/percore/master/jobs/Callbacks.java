package dev.percore.master.jobs;

import dev.percore.config.ServerConfig;
import dev.percore.master.webhook.CallbackRules;
import dev.percore.master.webhook.CallbackUrl;
import java.util.Optional;
import java.util.function.ToIntFunction;

/// Who wants to be told when a job has ended. Immutable.
///
/// @param success URL to be told of a result, or empty
/// @param failure URL to be told when there is none, or empty
public record Callbacks(String success, String failure) {

  static final Callbacks NONE = new Callbacks("", "");

  boolean isNone() {
    return success.isEmpty() && failure.isEmpty();
  }

  /// Refuses those that would not be called.
  ///
  /// @param owed jobs that a host may still have to be told of
  void require(ServerConfig.Webhooks settings, ToIntFunction<String> owed) throws RefusedException {
    require("callback", success, settings, owed);
    require("error_callback", failure, settings, owed);
  }

  private static void require(
      String parameter, String url, ServerConfig.Webhooks settings, ToIntFunction<String> owed)
      throws RefusedException {
    if (url.isEmpty()) {
      return;
    }
    CallbackUrl parsed;
    try {
      parsed = CallbackUrl.parse(url);
    } catch (CallbackUrl.MalformedException e) {
      throw new RefusedException(JobProblem.badCallback(parameter, String.valueOf(e.getMessage())));
    }
    Optional<String> refusal = new CallbackRules(settings).refusal(parsed);
    if (refusal.isPresent()) {
      throw new RefusedException(JobProblem.callbackNotAllowed(parameter, refusal.get()));
    }
    int many = owed.applyAsInt(parsed.host());
    if (many >= settings.pendingPerHost()) {
      throw new RefusedException(JobProblem.tooManyCallbacks(many));
    }
  }

  /// Who is told of that end; empty if nobody is.
  String of(JobState end) {
    return switch (end) {
      case SUCCEEDED -> success;
      case FAILED, CANCELLED -> failure;
      case QUEUED, RUNNING -> throw new IllegalArgumentException("a job does not end as " + end);
    };
  }

  int length() {
    return success.length() + failure.length();
  }

  /// The host of a URL. Empty if it is none: only what another version has stored can be so.
  static Optional<String> host(String url) {
    try {
      return Optional.of(CallbackUrl.parse(url).host());
    } catch (CallbackUrl.MalformedException _) {
      return Optional.empty();
    }
  }
}
