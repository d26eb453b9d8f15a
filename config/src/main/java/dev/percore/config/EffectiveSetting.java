package dev.percore.config;

/// A setting in force, and where its value came from.
///
/// @param key the setting's full key, such as `listen.port`
/// @param value the value in its canonical form: paths absolute, `auto` resolved
/// @param origin `default`, a file with line such as `conf/percore.yaml:12`, the name of an
///     environment variable, or `--set`
/// @param written the value as its origin has it, such as `auto` or `run`
public record EffectiveSetting(String key, String value, String origin, String written) {

  /// The origin of settings that nobody set.
  public static final String DEFAULT = "default";
}
