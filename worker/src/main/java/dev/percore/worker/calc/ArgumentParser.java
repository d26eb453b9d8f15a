package dev.percore.worker.calc;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import dev.percore.worker.api.Request;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the [Arguments] of one function from a request: from its query or from its JSON body, held
/// against types, ranges and the cost limit, with defaults filled in. Immutable.
///
/// A body may be as long as the declared parameters can need, and no longer: so the time for it is
/// bounded, whatever the server takes in general.
public final class ArgumentParser {
  /// Names, spaces, small values: enough for every call whose parameters are not large themselves.
  private static final int BODY_LENGTH_BASE = 64 * 1024;

  /// A double has up to 24 characters; the rest is for separators and indentation.
  private static final int BYTES_PER_NUMBER = 32;

  /// An escape: a backslash, `u` and four digits.
  private static final int BYTES_PER_CHARACTER = 6;

  private final FunctionSpec spec;
  private final long bodyLengthMaximum;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();

  /// Makes the parser of a function, or of anything else that takes parameters as one does.
  public ArgumentParser(FunctionSpec spec) {
    this.spec = spec;
    for (Parameter parameter : spec.parameters()) {
      parameters.put(parameter.name(), parameter);
    }
    this.bodyLengthMaximum =
        BODY_LENGTH_BASE
            + spec.parameters().stream().mapToLong(ArgumentParser::lengthMaximum).sum();
  }

  /// Loads what reads JSON, which takes some 50 ms. Otherwise the event loop would do that for the
  /// first body of all, and all its clients wait. From any thread.
  public static void prepare() {
    try {
      var _ = JsonArguments.any("{\"n\": 1.5}".getBytes(StandardCharsets.UTF_8));
    } catch (ProblemException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// The arguments of a request.
  ///
  /// @throws ProblemException with a problem that names what is wrong and what would be allowed
  public PricedArguments parse(Request request) throws ProblemException {
    Map<String, List<String>> query = arguments(request.query());
    if (request.body().length == 0) {
      return fromQuery(query);
    }
    if (!request.method().equals("POST")) {
      throw ArgumentProblems.unexpectedBody();
    }
    requireJson(request.header("Content-Type"));
    if (!query.isEmpty()) {
      throw ArgumentProblems.queryAndBody();
    }
    if (request.body().length > bodyLengthMaximum) {
      throw ArgumentProblems.bodyTooLong(spec, request.body().length, bodyLengthMaximum);
    }
    return fromJson(JsonArguments.object(request.body()));
  }

  // The time that a call may take is not for the function, unless it says so.
  private Map<String, List<String>> arguments(Map<String, List<String>> query) {
    if (!query.containsKey(CallTime.PARAMETER) || parameters.containsKey(CallTime.PARAMETER)) {
      return query;
    }
    Map<String, List<String>> rest = new LinkedHashMap<>(query);
    rest.remove(CallTime.PARAMETER);
    return rest;
  }

  /// The arguments that stand in a query.
  public PricedArguments fromQuery(Map<String, List<String>> query) throws ProblemException {
    Map<String, Object> given = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> entry : query.entrySet()) {
      Parameter parameter = parameter(entry.getKey());
      if (entry.getValue().size() != 1) {
        throw ArgumentProblems.repeatedParameter(entry.getKey(), entry.getValue());
      }
      given.put(parameter.name(), QueryArguments.value(parameter, entry.getValue().getFirst()));
    }
    return complete(given);
  }

  /// The arguments of one element of many: a JSON object as in the body of a single call, or the
  /// plain value of the only parameter that needs one.
  public PricedArguments fromElement(byte[] json) throws ProblemException {
    if (json.length > bodyLengthMaximum) {
      throw ArgumentProblems.bodyTooLong(spec, json.length, bodyLengthMaximum);
    }
    @Nullable Object element = JsonArguments.any(json);
    if (element instanceof Map<?, ?> object) {
      return fromJson(object);
    }
    Parameter only = onlyParameter();
    if (only == null) {
      throw ArgumentProblems.malformedJson(
          "An element for '%s' must be a JSON object of its arguments.".formatted(spec.name()));
    }
    return complete(new LinkedHashMap<>(Map.of(only.name(), JsonArguments.value(only, element))));
  }

  // The one that is required, or the one that there is.
  private @Nullable Parameter onlyParameter() {
    List<Parameter> required =
        spec.parameters().stream().filter(each -> each.defaultValue() == null).toList();
    List<Parameter> candidates = required.isEmpty() ? spec.parameters() : required;
    return candidates.size() == 1 ? candidates.getFirst() : null;
  }

  private PricedArguments fromJson(Map<?, ?> object) throws ProblemException {
    Map<String, Object> given = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : object.entrySet()) {
      Parameter parameter = parameter((String) entry.getKey());
      given.put(parameter.name(), JsonArguments.value(parameter, entry.getValue()));
    }
    return complete(given);
  }

  private Parameter parameter(String name) throws ProblemException {
    Parameter parameter = parameters.get(name);
    if (parameter == null) {
      throw ArgumentProblems.unknownParameter(spec, name);
    }
    return parameter;
  }

  private PricedArguments complete(Map<String, Object> given) throws ProblemException {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Parameter parameter : spec.parameters()) {
      @Nullable Object value = given.getOrDefault(parameter.name(), parameter.defaultValue());
      if (value == null) {
        throw ArgumentProblems.missingParameter(parameter);
      }
      values.put(parameter.name(), value);
    }
    Arguments arguments = new Arguments(values);
    double cost = spec.cost().applyAsDouble(arguments);
    // Written so that a cost which is not a number is refused as well.
    if (!(cost <= spec.costLimit())) {
      throw ArgumentProblems.costOverLimit(spec, values, cost);
    }
    return new PricedArguments(arguments, cost);
  }

  /// Length that the value may need beyond the base.
  private static long lengthMaximum(Parameter parameter) {
    return switch (parameter) {
      case Parameter.Whole _, Parameter.Real _, Parameter.Choice _ -> 0;
      case Parameter.Text text -> (long) text.maximumLength() * BYTES_PER_CHARACTER;
      case Parameter.Numbers numbers -> (long) numbers.maximumSize() * BYTES_PER_NUMBER;
    };
  }

  private static void requireJson(@Nullable String contentType) throws ProblemException {
    String given = contentType == null ? "" : contentType;
    String[] parts = given.toLowerCase(Locale.ROOT).split(";", -1);
    boolean json = parts[0].strip().equals("application/json");
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "");
      json &= !parameter.startsWith("charset=") || parameter.equals("charset=utf-8");
    }
    if (!json) {
      throw ArgumentProblems.unsupportedMediaType(given);
    }
  }
}
