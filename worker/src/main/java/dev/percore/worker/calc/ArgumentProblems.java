package dev.percore.worker.calc;

import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import dev.percore.worker.api.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The problem documents for calls that are not as the catalogue says. Each names the parameter,
/// the value and what would be allowed.
final class ArgumentProblems {
  // What a client sent is shown back to it, but not a megabyte of it.
  private static final int SHOWN_LENGTH_MAXIMUM = 100;

  private ArgumentProblems() {}

  static ProblemException unknownParameter(FunctionSpec spec, String name) {
    List<String> known = spec.parameters().stream().map(Parameter::name).toList();
    String shown = shown(name);
    return new ProblemException(
        new Problem(
            400,
            "unknown-parameter",
            "Unknown parameter",
            "The function '%s' has no parameter '%s'.%s"
                .formatted(spec.name(), shown, Suggestion.sentence(name, known)),
            members("parameter", shown, "allowed", known)));
  }

  static ProblemException repeatedParameter(String name, List<String> values) {
    List<String> shown = values.stream().limit(10).map(ArgumentProblems::shown).toList();
    return new ProblemException(
        new Problem(
            400,
            "repeated-parameter",
            "Repeated parameter",
            "The parameter '%s' is given %d times.".formatted(shown(name), values.size()),
            members("parameter", shown(name), "value", shown, "maximum", 1)));
  }

  static ProblemException missingParameter(Parameter parameter) {
    Map<String, Object> members = members("parameter", parameter.name());
    members.putAll(ParameterDescription.constraints(parameter));
    return new ProblemException(
        new Problem(
            400,
            "missing-parameter",
            "Missing parameter",
            "The parameter '%s' is required.".formatted(parameter.name()),
            members));
  }

  static ProblemException wrongType(Parameter parameter, Object value) {
    return parameterProblem(
        "parameter-wrong-type",
        "Wrong type",
        "The parameter '%s' must be %s."
            .formatted(parameter.name(), ParameterDescription.typeForHumans(parameter)),
        parameter,
        value);
  }

  static ProblemException outOfRange(Parameter parameter, Object value) {
    return parameterProblem(
        "parameter-out-of-range",
        "Parameter out of range",
        "The parameter '%s' must be %s."
            .formatted(parameter.name(), ParameterDescription.rangeForHumans(parameter)),
        parameter,
        value);
  }

  static ProblemException costOverLimit(
      FunctionSpec spec, Map<String, Object> arguments, double cost) {
    return new ProblemException(
        new Problem(
            400,
            "cost-over-limit",
            "Too costly",
            "The call would cost %s %s, and the limit of '%s' is %s."
                .formatted(number(cost), spec.costUnit(), spec.name(), number(spec.costLimit())),
            members(
                "parameters",
                List.copyOf(arguments.keySet()),
                "arguments",
                arguments,
                "value",
                ParameterDescription.plain(cost),
                "limit",
                ParameterDescription.plain(spec.costLimit()),
                "unit",
                spec.costUnit())));
  }

  static ProblemException malformedJson(String detail) {
    return new ProblemException(Problem.of(400, "malformed-json", "Malformed JSON", detail));
  }

  static ProblemException unexpectedBody() {
    return new ProblemException(
        Problem.of(
            400,
            "unexpected-body",
            "Unexpected body",
            "A GET request takes its arguments from the query; send a body with POST."));
  }

  static ProblemException bodyTooLong(FunctionSpec spec, int length, long maximum) {
    return new ProblemException(
        new Problem(
            413,
            "content-too-large",
            "Content too large",
            "The arguments of '%s' never need more than %d bytes.".formatted(spec.name(), maximum),
            members("value", length, "maximum", maximum)));
  }

  static ProblemException queryAndBody() {
    return new ProblemException(
        Problem.of(
            400,
            "query-and-body",
            "Arguments in two places",
            "Give the arguments in the query or in the body, not in both."));
  }

  static ProblemException unsupportedMediaType(String given) {
    return new ProblemException(
        new Problem(
            415,
            "unsupported-media-type",
            "Unsupported media type",
            given.isEmpty()
                ? "The body needs a Content-Type: application/json."
                : "The body must be application/json, not '%s'.".formatted(shown(given)),
            members("value", shown(given), "allowed", List.of("application/json"))));
  }

  private static ProblemException parameterProblem(
      String type, String title, String detail, Parameter parameter, Object value) {
    Map<String, Object> members =
        members(
            "parameter",
            parameter.name(),
            "value",
            value instanceof String text ? shown(text) : value);
    members.putAll(ParameterDescription.constraints(parameter));
    return new ProblemException(new Problem(400, type, title, detail, members));
  }

  private static Map<String, Object> members(Object... namesAndValues) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      members.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return members;
  }

  private static String shown(String text) {
    return text.length() <= SHOWN_LENGTH_MAXIMUM
        ? text
        : text.substring(0, SHOWN_LENGTH_MAXIMUM) + "…";
  }

  private static String number(double value) {
    return String.valueOf(ParameterDescription.plain(value));
  }
}
