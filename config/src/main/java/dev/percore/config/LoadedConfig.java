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
