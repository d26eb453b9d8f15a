package dev.percore.worker.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A parameter of a [ComputeFunction]: its name, type, range and default. A default of null makes
/// it required. Each type has a getter in [Arguments].
public sealed interface Parameter {

  String name();

  /// One phrase for the catalogue.
  String text();

  /// Null for a required parameter.
  @Nullable Object defaultValue();

  /// A whole number from `minimum` to `maximum`, read with [Arguments#whole].
  record Whole(String name, String text, long minimum, long maximum, @Nullable Long defaultValue)
      implements Parameter {}

  /// A finite number from `minimum` to `maximum`, read with [Arguments#real].
  record Real(
      String name, String text, double minimum, double maximum, @Nullable Double defaultValue)
      implements Parameter {}

  /// A text of at most `maximumLength` characters (UTF-16 code units), read with [Arguments#text].
  record Text(String name, String text, int maximumLength, @Nullable String defaultValue)
      implements Parameter {}

  /// One of the named values, read with [Arguments#text].
  record Choice(String name, String text, List<String> values, @Nullable String defaultValue)
      implements Parameter {
    public Choice {
      values = List.copyOf(values);
    }
  }

  /// At most `maximumSize` finite numbers: an array in JSON, separated by commas in a query. Read
  /// with [Arguments#numbers].
  record Numbers(String name, String text, int maximumSize, @Nullable List<Double> defaultValue)
      implements Parameter {
    public Numbers {
      defaultValue = defaultValue == null ? null : List.copyOf(defaultValue);
    }
  }
}
