package dev.percore.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Settings from environment variables: `PERCORE_LISTEN_PORT` for `listen.port`.
final class EnvironmentSource {

  private static final String PREFIX = Setting.ENVIRONMENT_PREFIX;

  /// What the start script and the command line read.
  private static final Set<String> RESERVED =
      Set.of("PERCORE_JAVA_HOME", "PERCORE_JAVA_OPTS", "PERCORE_CONFIG");

  /// Kubernetes sets these in every container beside a service that is named `percore`; nobody
  /// meant them for us.
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "PERCORE_(SERVICE_(HOST|PORT)(_\\w+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_\\w+)?)"
              + "|PERCORE_PORT=(tcp|udp|sctp)://.*");

  private EnvironmentSource() {}

  /// The values given, in the order of their names; unknown names are added to the problems.
  static List<Given> read(Map<String, String> environment, List<ConfigProblem> problems) {
    Map<String, Setting<?>> byName = new LinkedHashMap<>();
    Settings.all().forEach(setting -> byName.put(setting.environmentName(), setting));
    List<Given> given = new ArrayList<>();
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              Setting<?> setting = byName.get(name);
              if (setting != null) {
                given.add(new Given(setting, value, name, 0));
              } else if (isMeantForUs(name, value)) {
                problems.add(unknown(name, byName.keySet()));
              }
            });
    return given;
  }

  private static boolean isMeantForUs(String name, String value) {
    return name.startsWith(PREFIX)
        && !RESERVED.contains(name)
        && !SERVICE_LINK.matcher(name).matches()
        && !SERVICE_LINK.matcher(name + "=" + value).matches();
  }

  private static ConfigProblem unknown(String name, Set<String> names) {
    List<String> known = names.stream().map(n -> n.substring(PREFIX.length())).toList();
    @Nullable String nearest = Suggestion.nearest(name.substring(PREFIX.length()), known);
    return new ConfigProblem(
        name,
        0,
        "",
        "an unknown setting",
        PREFIX + " and the key of a setting in capitals, such as PERCORE_LISTEN_PORT",
        nearest == null ? null : PREFIX + nearest);
  }
}
