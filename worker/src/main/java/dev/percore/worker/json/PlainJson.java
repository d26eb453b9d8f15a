package dev.percore.worker.json;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.TreeNode;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/// Writes and reads JSON without Jackson's data binding, which takes a worker some 500 classes:
/// strings, numbers, truth values, and lists and maps of the JDK that hold nothing else. That is
/// what functions return, and what arguments and problems are made of. It writes these as data
/// binding does, and has that write all other values. Thread-safe.
public final class PlainJson {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final ObjectWriteContext CONTEXT = new Context();

  /// What is nested more deeply may contain itself.
  private static final int DEPTH_MAX = 50;

  private PlainJson() {}

  /// What writes a document in UTF-8. Its [JsonGenerator#writePOJO] takes any value.
  public static JsonGenerator generator(OutputStream out) {
    return FACTORY.createGenerator(CONTEXT, out);
  }

  /// A value as a document.
  ///
  /// @throws tools.jackson.core.JacksonException if it cannot be written as JSON
  public static byte[] bytes(@Nullable Object value) {
    ByteArrayOutputStream document = new ByteArrayOutputStream();
    try (JsonGenerator json = generator(document)) {
      json.writePOJO(value);
    }
    return document.toByteArray();
  }

  /// The one value of a document: maps and lists in their order, strings, truth values, `null`, and
  /// all numbers as [BigDecimal]. How deep it nests, and whether a name may come twice, is the
  /// parser's to say.
  ///
  /// @param parser at the beginning of the document
  /// @throws tools.jackson.core.JacksonException if it is no JSON, is empty, or more follows
  public static @Nullable Object read(JsonParser parser) {
    if (parser.nextToken() == null) {
      throw new StreamReadException(parser, "it is empty");
    }
    @Nullable Object value = value(parser);
    if (parser.nextToken() != null) {
      throw new StreamReadException(
          parser, "more follows after the value", parser.currentTokenLocation());
    }
    return value;
  }

  /// The same of a document in UTF-8.
  public static @Nullable Object read(InputStream in) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), in)) {
      return read(parser);
    }
  }

  private static @Nullable Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          object.put(name, value(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<@Nullable Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(parser));
        }
        yield array;
      }
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new IllegalStateException("no value begins here: " + parser.currentToken());
    };
  }

  /// Only if all of it is of these kinds, with all that it holds.
  private static boolean isPlain(@Nullable Object value, int depth) {
    return switch (value) {
      case null -> true;
      case String _, Boolean _ -> true;
      case Long _, Integer _, Double _, BigInteger _, BigDecimal _ -> true;
      case List<?> list when depth < DEPTH_MAX && isOfTheJdk(list) -> {
        for (Object element : list) {
          if (!isPlain(element, depth + 1)) {
            yield false;
          }
        }
        yield true;
      }
      case Map<?, ?> map when depth < DEPTH_MAX && isOfTheJdk(map) -> {
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          if (!(entry.getKey() instanceof String) || !isPlain(entry.getValue(), depth + 1)) {
            yield false;
          }
        }
        yield true;
      }
      default -> false;
    };
  }

  private static void write(JsonGenerator json, @Nullable Object value) {
    switch (value) {
      case null -> json.writeNull();
      case String text -> json.writeString(text);
      case Long number -> json.writeNumber(number);
      case Integer number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case Boolean truth -> json.writeBoolean(truth);
      case BigInteger number -> json.writeNumber(number);
      case BigDecimal number -> json.writeNumber(number);
      case List<?> list -> {
        json.writeStartArray(list, list.size());
        for (Object element : list) {
          write(json, element);
        }
        json.writeEndArray();
      }
      case Map<?, ?> map -> {
        json.writeStartObject(map, map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          json.writeName((String) entry.getKey());
          write(json, entry.getValue());
        }
        json.writeEndObject();
      }
      default -> throw new IllegalArgumentException("not plain: " + value.getClass());
    }
  }

  // Others may say by annotations how they are to be written.
  private static boolean isOfTheJdk(Object value) {
    return value.getClass().getModule() == Object.class.getModule();
  }

  /// Made when it is needed for the first time.
  private static final class Binding {
    static final JsonMapper MAPPER = JsonMapper.builder().build();
  }

  private static final class Context extends ObjectWriteContext.Base {
    @Override
    public void writeValue(JsonGenerator json, @Nullable Object value) {
      if (isPlain(value, 0)) {
        write(json, value);
      } else {
        Binding.MAPPER.writeValue(json, value);
      }
    }

    @Override
    public void writeTree(JsonGenerator json, @Nullable TreeNode tree) {
      Binding.MAPPER.writeValue(json, tree);
    }
  }
}
