package dev.percore.worker.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The arguments of one call, validated against the function's [Parameter]s and with defaults
/// filled in, in the order of the parameters. Immutable.
public final class Arguments {
  private final Map<String, Object> values;

  /// @param values by parameter name: Long, Double, String or List of Double
  public Arguments(Map<String, Object> values) {
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  public long whole(String name) {
    return (Long) get(name);
  }

  public double real(String name) {
    return (Double) get(name);
  }

  public String text(String name) {
    return (String) get(name);
  }

  @SuppressWarnings("unchecked")
  public List<Double> numbers(String name) {
    return (List<Double>) get(name);
  }

  /// All of them, for the answer's `arguments` member.
  public Map<String, Object> asMap() {
    return values;
  }

  private Object get(String name) {
    @Nullable Object value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the function declares no parameter '" + name + "'");
    }
    return value;
  }
}
