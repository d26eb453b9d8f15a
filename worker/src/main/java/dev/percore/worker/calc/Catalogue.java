package dev.percore.worker.calc;

import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import dev.percore.worker.json.PlainJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// The functions that the server offers, by name. Immutable; whatever is wrong with the description
/// of a function that comes from elsewhere is found when the catalogue is made, not when a client
/// calls.
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
    this(byName(functions.stream().map(Catalogue::checked).toList()));
  }

  /// Makes a catalogue of functions of which some were checked when the server was built. To read
  /// their examples again would be a tenth of a worker's start.
  ///
  /// @throws IllegalArgumentException naming the class of one of the others and what is wrong with
  ///     its description, or two functions of one name
  public static Catalogue of(List<ComputeFunction> builtIn, List<ComputeFunction> others) {
    List<Entry> entries = new ArrayList<>();
    builtIn.forEach(function -> entries.add(entry(function)));
    others.forEach(function -> entries.add(checked(function)));
    return new Catalogue(byName(entries));
  }

  private Catalogue(Map<String, Entry> entries) {
    this.entries = entries;
  }

  private static Map<String, Entry> byName(List<Entry> entries) {
    Map<String, Entry> byName = new TreeMap<>();
    for (Entry entry : entries) {
      Entry other = byName.putIfAbsent(entry.spec.name(), entry);
      if (other != null) {
        throw new IllegalArgumentException(
            "two functions have the name '%s': %s and %s"
                .formatted(
                    entry.spec.name(),
                    other.function.getClass().getName(),
                    entry.function.getClass().getName()));
      }
    }
    return Collections.unmodifiableMap(byName);
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

  private static Entry entry(ComputeFunction function) {
    FunctionSpec spec = function.spec();
    return new Entry(
        function, spec, new ArgumentParser(spec), function.timeout(), function.isIdempotent());
  }

  private static Entry checked(ComputeFunction function) {
    Entry entry = entry(function);
    FunctionSpec spec = entry.spec;
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
    try {
      // As an element of a map, or the body of a call, would be.
      var _ = entry.arguments.fromElement(PlainJson.bytes(spec.example()));
    } catch (ProblemException | JacksonException e) {
      throw new IllegalArgumentException(
          subject + "its example is not a valid call: " + e.getMessage(), e);
    }
    if (entry.timeout.isPresent() && !entry.timeout.get().isPositive()) {
      throw new IllegalArgumentException(subject + "its timeout must be above 0");
    }
    return entry;
  }

  private static void checkDefault(String subject, Parameter parameter) {
    @Nullable Object value = parameter.defaultValue();
    if (value == null) {
      return;
    }
    try {
      JsonArguments.value(parameter, JsonArguments.asInBody(value));
    } catch (ProblemException | JacksonException e) {
      throw new IllegalArgumentException(subject + "a default is not valid: " + e.getMessage(), e);
    }
  }
}
