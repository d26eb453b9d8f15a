package dev.percore.worker.calc;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import dev.percore.worker.api.Request;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Makes the [Arguments] of one function from a request: from its query or from its JSON body, held
/// against types, ranges and the cost limit, with defaults filled in. Immutable.
public final class ArgumentParser {
  private final FunctionSpec spec;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();

  ArgumentParser(FunctionSpec spec) {
    this.spec = spec;
    for (Parameter parameter : spec.parameters()) {
      parameters.put(parameter.name(), parameter);
    }
  }

  /// The arguments of a request.
  ///
  /// @throws ProblemException with a problem that names what is wrong and what would be allowed
  public Arguments parse(Request request) throws ProblemException {
    if (request.body().length == 0) {
      return fromQuery(request.query());
    }
    if (!request.method().equals("POST")) {
      throw ArgumentProblems.unexpectedBody();
    }
    requireJson(request.header("Content-Type"));
    if (!request.query().isEmpty()) {
      throw ArgumentProblems.queryAndBody();
    }
    return fromJson(JsonArguments.object(request.body()));
  }

  Arguments fromQuery(Map<String, List<String>> query) throws ProblemException {
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

  Arguments fromJson(JsonNode object) throws ProblemException {
    Map<String, Object> given = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      Parameter parameter = parameter(entry.getKey());
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

  private Arguments complete(Map<String, Object> given) throws ProblemException {
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
    return arguments;
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
