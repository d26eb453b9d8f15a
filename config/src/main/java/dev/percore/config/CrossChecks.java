package dev.percore.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/// What must hold between two settings, each of which is allowed by itself.
final class CrossChecks {

  /// A rule.
  ///
  /// @param holds the rule itself
  /// @param relation what the first setting must be to the second, such as `at most`
  /// @param inverse what the second must be to the first, such as `at least`
  private record Check(
      Setting<?> first,
      Setting<?> second,
      Predicate<ServerConfig> holds,
      String relation,
      String inverse) {}

  private static final List<Check> CHECKS =
      List.of(
          new Check(
              Settings.SUPERVISION_BACKOFF_INITIAL,
              Settings.SUPERVISION_BACKOFF_MAX,
              config -> {
                ServerConfig.Supervision supervision = config.supervision();
                return supervision.backoffInitial().compareTo(supervision.backoffMax()) <= 0;
              },
              "at most",
              "at least"),
          new Check(
              Settings.SUPERVISION_HEARTBEAT_INTERVAL,
              Settings.SUPERVISION_HEARTBEAT_TIMEOUT,
              config -> {
                ServerConfig.Supervision supervision = config.supervision();
                return supervision.heartbeatInterval().compareTo(supervision.heartbeatTimeout())
                    < 0;
              },
              "shorter than",
              "longer than"),
          new Check(
              Settings.LIMITS_BODY,
              Settings.WORKER_HEAP,
              config -> config.limits().body() <= config.worker().heapBytes() / 8,
              "at most an eighth of",
              "at least eight times"),
          new Check(
              Settings.STATIC_CACHE,
              Settings.WORKER_HEAP,
              config -> config.staticFiles().cacheBytes() <= config.worker().heapBytes() / 8,
              "at most an eighth of",
              "at least eight times"),
          new Check(
              JobSettings.RESULT_SIZE,
              JobSettings.SIZE,
              config -> config.jobs().resultSizeBytes() <= config.jobs().sizeBytes() / 2,
              "at most half of",
              "at least twice"),
          new Check(
              WebhookSettings.HOSTS,
              WebhookSettings.SECRET_FILE,
              config ->
                  config.webhooks().hosts().isEmpty() || config.webhooks().secretFile() != null,
              "empty, or together with",
              "given, for the sake of"),
          new Check(
              WebhookSettings.BACKOFF_INITIAL,
              WebhookSettings.BACKOFF_MAX,
              config -> {
                ServerConfig.Webhooks webhooks = config.webhooks();
                return webhooks.backoffInitial().compareTo(webhooks.backoffMax()) <= 0;
              },
              "at most",
              "at least"),
          new Check(
              Settings.LISTEN_PORT,
              Settings.ADMIN_PORT,
              config -> !sharePort(config.listen(), config.admin()),
              "on overlapping addresses, a port other than",
              "on overlapping addresses, a port other than"));

  private CrossChecks() {}

  /// The rules that are broken, each told where the setting was given.
  ///
  /// @param refused keys that already have a problem, about which there is nothing more to say
  static List<ConfigProblem> problems(
      ServerConfig config, Map<String, Given> inForce, Set<String> refused) {
    List<ConfigProblem> problems = new ArrayList<>();
    for (Check check : CHECKS) {
      Given first = Objects.requireNonNull(inForce.get(check.first().key()));
      Given second = Objects.requireNonNull(inForce.get(check.second().key()));
      boolean known =
          !refused.contains(check.first().key()) && !refused.contains(check.second().key());
      if (known && !check.holds().test(config)) {
        problems.add(
            first.isDefault()
                ? second.problem(limit(check.inverse(), first))
                : first.problem(limit(check.relation(), second)));
      }
    }
    return problems;
  }

  /// The rules in words, one each, with keys in backquotes.
  static List<String> rules() {
    return CHECKS.stream()
        .map(
            check ->
                "`%s`: %s `%s`"
                    .formatted(check.first().key(), check.relation(), check.second().key()))
        .toList();
  }

  private static String limit(String relation, Given other) {
    return relation + " " + other.setting().key() + " (" + other.text() + ")";
  }

  /// An address that stands for all addresses overlaps with every other.
  private static boolean sharePort(ServerConfig.Listen listen, ServerConfig.Admin admin) {
    if (!listen.tcp() || !admin.tcp()) {
      return false;
    }
    if (listen.port() != admin.port() || listen.port() == 0) {
      return false;
    }
    InetAddress one = InetAddress.ofLiteral(listen.address());
    InetAddress other = InetAddress.ofLiteral(admin.address());
    return one.equals(other) || one.isAnyLocalAddress() || other.isAnyLocalAddress();
  }
}
