package dev.percore.worker.json;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/// Writes values as Jackson's data binding does, but those that JSON has a notation for without it:
/// strings, numbers, truth values, and lists and maps of the JDK that hold such values. That is
/// what functions return and problems are made of, and it spares each answer the search for a
/// serializer, and a start some 500 classes. Thread-safe.
public final class PlainJson {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final ObjectWriteContext CONTEXT = new Context();

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

  private static void write(JsonGenerator json, @Nullable Object value) {
    switch (value) {
      case null -> json.writeNull();
      case String text -> json.writeString(text);
      case Long number -> json.writeNumber(number);
      case Integer number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case Boolean truth -> json.writeBoolean(truth);
      case BigInteger number -> json.writeNumber(number);
      case List<?> list when isOfTheJdk(list) -> {
        json.writeStartArray(list, list.size());
        for (Object element : list) {
          write(json, element);
        }
        json.writeEndArray();
      }
      case Map<?, ?> map when isOfTheJdk(map) && hasNames(map) -> {
        json.writeStartObject(map, map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          json.writeName((String) entry.getKey());
          write(json, entry.getValue());
        }
        json.writeEndObject();
      }
      default -> Binding.MAPPER.writeValue(json, value);
    }
  }

  // Others may say by annotations how they are to be written.
  private static boolean isOfTheJdk(Object value) {
    return value.getClass().getModule() == Object.class.getModule();
  }

  private static boolean hasNames(Map<?, ?> map) {
    for (Object key : map.keySet()) {
      if (!(key instanceof String)) {
        return false;
      }
    }
    return true;
  }

  /// Made when it is needed for the first time.
  private static final class Binding {
    static final JsonMapper MAPPER = JsonMapper.builder().build();
  }

  private static final class Context extends ObjectWriteContext.Base {
    @Override
    public void writeValue(JsonGenerator json, @Nullable Object value) {
      write(json, value);
    }
  }
}
