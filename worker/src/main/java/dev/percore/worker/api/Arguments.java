package dev.percore.worker.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The arguments of one call, validated against the function's [Parameter]s and with defaults
/// filled in, in the order of the parameters. Immutable.
///
/// Each getter throws an [IllegalArgumentException] that says so when the function declares no such
/// parameter, or one of another type.
public final class Arguments {
  private final Map<String, Object> values;

  /// @param values by parameter name: Long, Double, String or List of Double
  public Arguments(Map<String, Object> values) {
    Map<String, Object> copy = new LinkedHashMap<>(values);
    copy.replaceAll((_, value) -> value instanceof List<?> list ? List.copyOf(list) : value);
    this.values = Collections.unmodifiableMap(copy);
  }

  /// The value of a [Parameter.Whole].
  public long whole(String name) {
    return get(name, Long.class);
  }

  /// The value of a [Parameter.Real].
  public double real(String name) {
    return get(name, Double.class);
  }

  /// The value of a [Parameter.Text], or the one chosen of a [Parameter.Choice].
  public String text(String name) {
    return get(name, String.class);
  }

  /// The values of a [Parameter.Numbers]. The list cannot be changed: copy it to sort it.
  @SuppressWarnings("unchecked")
  public List<Double> numbers(String name) {
    return get(name, List.class);
  }

  /// All of them, for the answer's `arguments` member.
  public Map<String, Object> asMap() {
    return values;
  }

  private <T> T get(String name, Class<T> type) {
    @Nullable Object value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the function declares no parameter '" + name + "'");
    }
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException("the parameter '" + name + "' is " + described(value));
    }
    return type.cast(value);
  }

  private static String described(Object value) {
    return switch (value) {
      case Long _ -> "a whole number: read it with whole()";
      case Double _ -> "a real number: read it with real()";
      case String _ -> "a text or a choice: read it with text()";
      case List<?> _ -> "a list of numbers: read it with numbers()";
      case Object other -> "of no type that a parameter has: " + other.getClass().getName();
    };
  }
}
