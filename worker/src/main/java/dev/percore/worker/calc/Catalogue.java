package dev.percore.worker.calc;

import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The functions that the server offers, by name. Immutable; whatever is wrong with a function's
/// description is found when the catalogue is made, not when a client calls.
public final class Catalogue {
  private final Map<String, Entry> entries;

  /// A function with its description, the reader of its arguments, and what it says of its calls.
  ///
  /// @param timeout the function's own, if it has one
  /// @param idempotent whether a call may be run again when its worker died
  public record Entry(
      ComputeFunction function,
      FunctionSpec spec,
      ArgumentParser arguments,
      Optional<Duration> timeout,
      boolean idempotent) {}

  /// Makes a catalogue of these functions.
  ///
  /// @throws IllegalArgumentException naming the function's class and what is wrong with its
  ///     description
  public Catalogue(List<ComputeFunction> functions) {
    Map<String, Entry> byName = new TreeMap<>();
    for (ComputeFunction function : functions) {
      Entry entry = checked(function);
      Entry other = byName.putIfAbsent(entry.spec.name(), entry);
      if (other != null) {
        throw new IllegalArgumentException(
            "two functions have the name '%s': %s and %s"
                .formatted(
                    entry.spec.name(),
                    other.function.getClass().getName(),
                    function.getClass().getName()));
      }
    }
    this.entries = Collections.unmodifiableMap(byName);
  }

  /// All of them, by name.
  public Collection<Entry> entries() {
    return entries.values();
  }

  /// All names, sorted.
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /// The function of that name, or null.
  public @Nullable Entry find(String name) {
    return entries.get(name);
  }

  private static Entry checked(ComputeFunction function) {
    FunctionSpec spec = function.spec();
    String subject = "function '%s' (%s): ".formatted(spec.name(), function.getClass().getName());
    Set<String> names = new HashSet<>();
    for (Parameter parameter : spec.parameters()) {
      if (!parameter.name().matches("[a-z][a-z0-9_]{0,63}")) {
        throw new IllegalArgumentException(
            subject + "not a parameter name: '" + parameter.name() + "'");
      }
      if (!names.add(parameter.name())) {
        throw new IllegalArgumentException(
            subject + "two parameters have the name '" + parameter.name() + "'");
      }
      checkDefault(subject, parameter);
    }
    if (!(spec.costLimit() > 0)) {
      throw new IllegalArgumentException(subject + "its cost limit must be above 0");
    }
    ArgumentParser arguments = new ArgumentParser(spec);
    try {
      arguments.fromJson(JsonArguments.node(spec.example()));
    } catch (ProblemException e) {
      throw new IllegalArgumentException(
          subject + "its example is not a valid call: " + e.getMessage(), e);
    }
    Optional<Duration> timeout = function.timeout();
    if (timeout.isPresent() && !timeout.get().isPositive()) {
      throw new IllegalArgumentException(subject + "its timeout must be above 0");
    }
    return new Entry(function, spec, arguments, timeout, function.isIdempotent());
  }

  private static void checkDefault(String subject, Parameter parameter) {
    @Nullable Object value = parameter.defaultValue();
    if (value == null) {
      return;
    }
    try {
      JsonArguments.value(parameter, JsonArguments.node(value));
    } catch (ProblemException e) {
      throw new IllegalArgumentException(subject + "a default is not valid: " + e.getMessage(), e);
    }
  }
}
