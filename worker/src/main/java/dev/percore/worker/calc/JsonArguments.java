package dev.percore.worker.calc;

import dev.percore.worker.api.Parameter;
import dev.percore.worker.json.PlainJson;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// Reads a JSON body strictly: UTF-8, one object, no key twice, nothing after it.
final class JsonArguments {
  /// Characters of one number: work on decimal digits grows with the square of their number.
  static final int NUMBER_LENGTH_MAXIMUM = 400;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  // An object that holds lists, and a little more to tell a wrong type.
                  .maxNestingDepth(8)
                  .maxNumberLength(NUMBER_LENGTH_MAXIMUM)
                  .maxNameLength(200)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private JsonArguments() {}

  /// The body as a JSON object.
  static Map<?, ?> object(byte[] body) throws ProblemException {
    if (any(body) instanceof Map<?, ?> object) {
      return object;
    }
    throw ArgumentProblems.malformedJson("The body must be a JSON object, such as {\"n\": 1}.");
  }

  /// Any one JSON value, as [PlainJson#read] makes it.
  static @Nullable Object any(byte[] json) throws ProblemException {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), decode(json))) {
      return PlainJson.read(parser);
    } catch (JacksonException e) {
      throw ArgumentProblems.malformedJson(describe(e));
    }
  }

  /// A value as it would have come in a body.
  static @Nullable Object asInBody(Object value) throws ProblemException {
    return any(PlainJson.bytes(value));
  }

  static Object value(Parameter parameter, @Nullable Object given) throws ProblemException {
    return switch (parameter) {
      case Parameter.Whole whole -> ParameterValues.whole(whole, number(whole, given));
      case Parameter.Real real -> ParameterValues.real(real, number(real, given));
      case Parameter.Text text -> ParameterValues.text(text, string(text, given));
      case Parameter.Choice choice -> ParameterValues.choice(choice, string(choice, given));
      case Parameter.Numbers numbers -> numbers(numbers, given);
    };
  }

  private static List<Double> numbers(Parameter.Numbers parameter, @Nullable Object given)
      throws ProblemException {
    if (!(given instanceof List<?> list)) {
      throw wrongType(parameter, given);
    }
    ParameterValues.size(parameter, list.size());
    List<Double> values = new ArrayList<>(list.size());
    for (Object element : list) {
      values.add(ParameterValues.element(parameter, number(parameter, element)));
    }
    return values;
  }

  private static BigDecimal number(Parameter parameter, @Nullable Object given)
      throws ProblemException {
    if (given instanceof BigDecimal number) {
      return number;
    }
    throw wrongType(parameter, given);
  }

  private static String string(Parameter parameter, @Nullable Object given)
      throws ProblemException {
    if (given instanceof String text) {
      return text;
    }
    throw wrongType(parameter, given);
  }

  private static ProblemException wrongType(Parameter parameter, @Nullable Object given) {
    return ArgumentProblems.wrongType(
        parameter,
        given instanceof String text
            ? text
            : new String(PlainJson.bytes(given), StandardCharsets.UTF_8));
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
