package dev.percore.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A valid configuration, together with where each value came from.
///
/// @param config what the server works with
/// @param settings every setting, in the order of the reference
public record LoadedConfig(ServerConfig config, List<EffectiveSetting> settings) {

  /// Copies what could change later.
  public LoadedConfig {
    settings = List.copyOf(settings);
  }

  /// The fixed settings whose values differ from those of a running server.
  public List<String> fixedChanges(LoadedConfig running) {
    Map<String, String> values = running.canonical();
    return settings.stream()
        .filter(setting -> isFixed(setting) && !setting.value().equals(values.get(setting.key())))
        .map(EffectiveSetting::key)
        .toList();
  }

  /// The same configuration, but with the fixed settings of a running server.
  public LoadedConfig keepingFixed(LoadedConfig running) {
    Map<String, EffectiveSetting> old = new LinkedHashMap<>();
    running.settings.forEach(setting -> old.put(setting.key(), setting));
    List<EffectiveSetting> merged =
        settings.stream()
            .map(setting -> isFixed(setting) ? old.getOrDefault(setting.key(), setting) : setting)
            .toList();
    return new LoadedConfig(ConfigLoader.fromCanonical(canonical(merged)), merged);
  }

  private static boolean isFixed(EffectiveSetting setting) {
    return Settings.find(setting.key()).orElseThrow().fixed();
  }

  /// Key and canonical value of every setting, from which [ConfigLoader#fromCanonical] makes the
  /// same configuration in another process.
  public Map<String, String> canonical() {
    return canonical(settings);
  }

  static Map<String, String> canonical(List<EffectiveSetting> settings) {
    Map<String, String> values = LinkedHashMap.newLinkedHashMap(settings.size());
    settings.forEach(setting -> values.put(setting.key(), setting.value()));
    return Collections.unmodifiableMap(values);
  }
}
