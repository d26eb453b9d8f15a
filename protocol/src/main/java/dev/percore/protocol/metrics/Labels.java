package dev.percore.protocol.metrics;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Names and values that tell one series of a family from another, in a fixed order.
public record Labels(List<String> names, List<String> values) {

  public Labels {
    names = List.copyOf(names);
    values = List.copyOf(values);
    if (names.size() != values.size()) {
      throw new IllegalArgumentException(names.size() + " names, but " + values.size() + " values");
    }
  }

  /// A copy with one more label.
  public Labels with(String name, String value) {
    List<String> moreNames = new ArrayList<>(names);
    List<String> moreValues = new ArrayList<>(values);
    moreNames.add(name);
    moreValues.add(value);
    return new Labels(moreNames, moreValues);
  }

  // This and the next by hand: for what a record has by itself the JVM makes a dozen classes during
  // the first scrape.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Labels labels
        && names.equals(labels.names)
        && values.equals(labels.values);
  }

  @Override
  public int hashCode() {
    return 31 * names.hashCode() + values.hashCode();
  }
}
