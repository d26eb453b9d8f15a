package dev.percore.worker.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// How a function presents itself in the catalogue.
///
/// @param name path segment under `/calc/`: lower-case letters, digits and `-`, 1 to 64 characters
/// @param summary one sentence
/// @param parameters in the order of the documentation
/// @param example arguments that make a good first call, cheap, by parameter name
/// @param cost what the arguments cost together, in the unit of `costLimit`. Called once for each
///     call, on the event loop that serves all connections (or on the compute thread, for a long
///     body): it must be quick (a few arithmetic operations), pure and thread-safe
/// @param costLimit the most that one call may cost; calls beyond it are refused with 400. Infinite
///     for no limit
/// @param costUnit what is counted, for the documentation: "additions", "pixel iterations"
public record FunctionSpec(
    String name,
    String summary,
    List<Parameter> parameters,
    Map<String, Object> example,
    ToDoubleFunction<Arguments> cost,
    double costLimit,
    String costUnit) {

  public FunctionSpec {
    if (!name.matches("[a-z][a-z0-9-]{0,63}")) {
      throw new IllegalArgumentException("not a function name: '" + name + "'");
    }
    Objects.requireNonNull(summary, "summary");
    Objects.requireNonNull(cost, "cost");
    Objects.requireNonNull(costUnit, "costUnit");
    parameters = List.copyOf(parameters);
    example = Map.copyOf(example);
  }

  /// A function without a cost limit: the ranges of its parameters alone keep its calls short
  /// enough. How long a call will take is then guessed from the calls before, whatever their
  /// arguments; with a cost the guess is better.
  public static FunctionSpec of(
      String name, String summary, List<Parameter> parameters, Map<String, Object> example) {
    return new FunctionSpec(
        name, summary, parameters, example, _ -> 1, Double.POSITIVE_INFINITY, "calls");
  }

  /// Path and query of a call with the arguments of the example.
  public String exampleUrl() {
    StringBuilder url = new StringBuilder("/calc/").append(name);
    char separator = '?';
    for (Parameter parameter : parameters) {
      Object value = example.get(parameter.name());
      if (value != null) {
        url.append(separator).append(parameter.name()).append('=').append(encoded(value));
        separator = '&';
      }
    }
    return url.toString();
  }

  private static String encoded(Object value) {
    String text =
        value instanceof List<?> list
            ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
            : value.toString();
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("%2C", ",");
  }
}
