package dev.percore.config;

import java.util.List;

/// Prints the settings in force as YAML that can be loaded again; a comment behind each tells
/// where its value came from and, where it differs, how it stands there.
public final class EffectiveConfigPrinter {

  private EffectiveConfigPrinter() {}

  /// The whole text.
  public static String print(List<EffectiveSetting> settings) {
    StringBuilder yaml = new StringBuilder();
    String section = "";
    for (EffectiveSetting effective : settings) {
      Setting<?> setting =
          Settings.find(effective.key())
              .orElseThrow(() -> new IllegalArgumentException("no setting: " + effective.key()));
      if (!setting.section().equals(section)) {
        section = setting.section();
        yaml.append('\n').append(section).append(":\n");
      }
      yaml.append(section.isEmpty() ? "" : "  ");
      yaml.append(setting.name()).append(": ").append(YamlText.value(setting, effective.value()));
      yaml.append("  # ").append(origin(effective)).append('\n');
    }
    return yaml.toString();
  }

  private static String origin(EffectiveSetting effective) {
    boolean same = effective.written().equals(effective.value());
    return same
        ? effective.origin()
        : effective.origin() + ": " + YamlText.scalar(effective.written());
  }
}
