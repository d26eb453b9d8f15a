package dev.percore.worker.calc;

import dev.percore.worker.api.Parameter;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads a JSON body strictly: UTF-8, one object, no key twice, nothing after it.
final class JsonArguments {
  /// Characters of one number: work on decimal digits grows with the square of their number.
  static final int NUMBER_LENGTH_MAXIMUM = 400;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          // An object that holds lists, and a little more to tell a wrong type.
                          .maxNestingDepth(8)
                          .maxNumberLength(NUMBER_LENGTH_MAXIMUM)
                          .maxNameLength(200)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private JsonArguments() {}

  /// The body as a JSON object.
  static JsonNode object(byte[] body) throws ProblemException {
    JsonNode root = any(body);
    if (!root.isObject()) {
      throw ArgumentProblems.malformedJson("The body must be a JSON object, such as {\"n\": 1}.");
    }
    return root;
  }

  /// Any one JSON value.
  static JsonNode any(byte[] json) throws ProblemException {
    try {
      return MAPPER.readTree(decode(json));
    } catch (JacksonException e) {
      throw ArgumentProblems.malformedJson(describe(e));
    }
  }

  /// A value as it would have come in a body.
  static JsonNode node(Object value) {
    return MAPPER.valueToTree(value);
  }

  static Object value(Parameter parameter, JsonNode given) throws ProblemException {
    return switch (parameter) {
      case Parameter.Whole whole -> ParameterValues.whole(whole, number(whole, given));
      case Parameter.Real real -> ParameterValues.real(real, number(real, given));
      case Parameter.Text text -> ParameterValues.text(text, string(text, given));
      case Parameter.Choice choice -> ParameterValues.choice(choice, string(choice, given));
      case Parameter.Numbers numbers -> numbers(numbers, given);
    };
  }

  private static List<Double> numbers(Parameter.Numbers parameter, JsonNode given)
      throws ProblemException {
    if (!given.isArray()) {
      throw wrongType(parameter, given);
    }
    ParameterValues.size(parameter, given.size());
    List<Double> values = new ArrayList<>(given.size());
    for (JsonNode element : given) {
      values.add(ParameterValues.element(parameter, number(parameter, element)));
    }
    return values;
  }

  private static BigDecimal number(Parameter parameter, JsonNode given) throws ProblemException {
    if (!given.isNumber()) {
      throw wrongType(parameter, given);
    }
    return given.decimalValue();
  }

  private static String string(Parameter parameter, JsonNode given) throws ProblemException {
    if (!given.isString()) {
      throw wrongType(parameter, given);
    }
    return given.stringValue();
  }

  private static ProblemException wrongType(Parameter parameter, JsonNode given) {
    return ArgumentProblems.wrongType(
        parameter, given.isString() ? given.stringValue() : given.toString());
  }

  // Not left to the parser: it would take UTF-16 and UTF-32 as well.
  private static String decode(byte[] body) throws ProblemException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw ArgumentProblems.malformedJson("The body is not valid UTF-8.");
    }
  }

  private static String describe(JacksonException e) {
    @Nullable TokenStreamLocation at = e.getLocation();
    String where =
        at == null ? "" : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
    return "The body is not valid JSON" + where + ": " + firstLine(e.getOriginalMessage());
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
