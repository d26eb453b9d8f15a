package dev.percore.config;

import dev.percore.config.value.AutoNumber;
import dev.percore.config.value.Choice;
import dev.percore.config.value.Flag;
import dev.percore.config.value.IpAddress;
import dev.percore.config.value.OptionalPath;
import dev.percore.config.value.RequiredPath;
import dev.percore.config.value.SizeValue;
import dev.percore.config.value.Text;
import dev.percore.config.value.TextList;
import dev.percore.config.value.TimeSpan;
import dev.percore.config.value.ValueType;
import dev.percore.config.value.WholeNumber;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;

/// Generates the JSON Schema of the file, for editors. It is a little stricter than the loader,
/// which takes numbers in quotes, and knows no ranges of sizes and durations with a unit.
final class JsonSchema {

  private final JsonGenerator json;

  private JsonSchema(JsonGenerator json) {
    this.json = json;
  }

  static String generate() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(new Indented(), text)) {
      new JsonSchema(json).schema();
    }
    return text.append('\n').toString();
  }

  private static final class Indented extends ObjectWriteContext.Base {

    @Override
    public PrettyPrinter getPrettyPrinter() {
      return new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
    }

    @Override
    public boolean hasPrettyPrinter() {
      return true;
    }
  }

  private void schema() {
    json.writeStartObject();
    json.writeStringProperty("$schema", "https://json-schema.org/draft/2020-12/schema");
    json.writeStringProperty("title", "Percore's settings");
    objectOrNull();
    json.writeObjectPropertyStart("properties");
    Settings.ofSection("").forEach(this::setting);
    Section.all().forEach(this::section);
    json.writeEndObject();
    json.writeEndObject();
  }

  /// Null because all the lines of a section may be commented out.
  private void objectOrNull() {
    types("object", "null");
    json.writeBooleanProperty("additionalProperties", false);
  }

  private void section(Section section) {
    json.writeObjectPropertyStart(section.name());
    json.writeStringProperty("description", section.text());
    objectOrNull();
    json.writeObjectPropertyStart("properties");
    Settings.ofSection(section.name()).forEach(this::setting);
    json.writeEndObject();
    json.writeEndObject();
  }

  private void setting(Setting<?> setting) {
    json.writeObjectPropertyStart(setting.name());
    json.writeStringProperty(
        "description", setting.text() + " Allowed: " + setting.type().allowed() + ".");
    type(setting.type());
    json.writeName("default");
    defaultValue(setting);
    json.writeEndObject();
  }

  private void type(ValueType<?> type) {
    switch (type) {
      case WholeNumber number -> number(number);
      case AutoNumber auto -> auto(auto);
      case SizeValue size -> size(size);
      case TimeSpan _ -> pattern(TimeSpan.PATTERN);
      case Flag _ -> json.writeStringProperty("type", "boolean");
      case Choice<?> choice -> strings("enum", choice.words());
      case Text text -> pattern(text.pattern().pattern());
      case IpAddress _ -> address();
      case RequiredPath _ -> path();
      case OptionalPath path when path.none().contains("") -> types("string", "null");
      case OptionalPath _ -> path();
      case TextList list -> list(list);
    }
  }

  private void number(WholeNumber number) {
    json.writeStringProperty("type", "integer");
    json.writeNumberProperty("minimum", number.min());
    json.writeNumberProperty("maximum", number.max());
  }

  private void auto(AutoNumber auto) {
    json.writeArrayPropertyStart("anyOf");
    json.writeStartObject();
    json.writeStringProperty("const", AutoNumber.AUTO);
    json.writeEndObject();
    json.writeStartObject();
    number(auto.number());
    json.writeEndObject();
    json.writeEndArray();
  }

  private void size(SizeValue size) {
    types("integer", "string");
    json.writeNumberProperty("minimum", size.minBytes());
    json.writeNumberProperty("maximum", size.maxBytes());
    json.writeStringProperty("pattern", SizeValue.PATTERN);
  }

  private void pattern(String pattern) {
    json.writeStringProperty("type", "string");
    json.writeStringProperty("pattern", pattern);
  }

  private void address() {
    json.writeStringProperty("type", "string");
    json.writeArrayPropertyStart("anyOf");
    for (String format : List.of("ipv4", "ipv6")) {
      json.writeStartObject();
      json.writeStringProperty("format", format);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void path() {
    json.writeStringProperty("type", "string");
    json.writeNumberProperty("minLength", 1);
  }

  private void list(TextList list) {
    types("array", "null");
    json.writeNumberProperty("maxItems", list.countMax());
    json.writeObjectPropertyStart("items");
    path();
    json.writeEndObject();
  }

  private void types(String... types) {
    strings("type", List.of(types));
  }

  private void strings(String name, List<String> values) {
    json.writeArrayPropertyStart(name);
    values.forEach(json::writeString);
    json.writeEndArray();
  }

  private void defaultValue(Setting<?> setting) {
    String text = setting.defaultText();
    switch (setting.type()) {
      case WholeNumber _ -> json.writeNumber(Integer.parseInt(text));
      case Flag _ -> json.writeBoolean(Boolean.parseBoolean(text));
      case TextList list -> {
        json.writeStartArray();
        Objects.requireNonNull(list.parse(text, Path.of("/"))).forEach(json::writeString);
        json.writeEndArray();
      }
      case AutoNumber _,
          SizeValue _,
          TimeSpan _,
          Choice<?> _,
          Text _,
          IpAddress _,
          RequiredPath _,
          OptionalPath _ ->
          json.writeString(text);
    }
  }
}
