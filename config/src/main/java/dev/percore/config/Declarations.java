package dev.percore.config;

import dev.percore.config.value.TimeSpan;
import dev.percore.config.value.WholeNumber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The settings that one class declares. Filled while that class is initialised, so that no
/// declaration is missed, and never after.
final class Declarations {
  static final long KIB = 1L << 10;
  static final long MIB = 1L << 20;
  static final long GIB = 1L << 30;

  private final List<Setting<?>> all = new ArrayList<>();

  <T> Setting<T> add(Setting<T> setting) {
    all.add(setting);
    return setting;
  }

  /// In the order of their declaration.
  List<Setting<?>> all() {
    return Collections.unmodifiableList(all);
  }

  static WholeNumber whole(int min, int max) {
    return new WholeNumber(min, max);
  }

  static TimeSpan span(Duration min, Duration max) {
    return new TimeSpan(min, max);
  }
}
