package dev.percore.config;

import dev.percore.config.value.Text;
import dev.percore.config.value.TextList;
import dev.percore.config.value.ValueType;
import dev.percore.config.value.WholeNumber;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/// Writes values so that YAML reads them back unchanged.
final class YamlText {

  /// Texts that need no quotes anywhere; narrower than what YAML allows. A leading zero makes an
  /// octal number for some readers and a decimal one for others.
  private static final Pattern PLAIN =
      Pattern.compile("(?!(?i:null)$|0[0-9]+$)[A-Za-z0-9/]([A-Za-z0-9_./:+-]*[A-Za-z0-9_/])?");

  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  private YamlText() {}

  /// A setting's value, in the form that its type has in a file.
  static String value(Setting<?> setting, String text) {
    return switch (setting.type()) {
      case TextList list -> flow(list, text);
      case WholeNumber _ -> text;
      // Other readers, such as editors, would take it for a number.
      case Text _ when DIGITS.matcher(text).matches() -> quoted(text);
      case ValueType<?> _ -> scalar(text);
    };
  }

  private static String flow(TextList type, String text) {
    List<String> items = Objects.requireNonNull(type.parse(text, Path.of("/")));
    return "[" + String.join(", ", items.stream().map(YamlText::quoted).toList()) + "]";
  }

  static String scalar(String text) {
    return PLAIN.matcher(text).matches() ? text : quoted(text);
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints().forEach(c -> appendEscaped(quoted, c));
    return quoted.append('"').toString();
  }

  private static void appendEscaped(StringBuilder quoted, int c) {
    int type = Character.getType(c);
    boolean printable =
        !Character.isISOControl(c)
            && type != Character.LINE_SEPARATOR
            && type != Character.PARAGRAPH_SEPARATOR
            && type != Character.FORMAT
            && type != Character.UNASSIGNED
            && type != Character.SURROGATE;
    if (c == '"' || c == '\\') {
      quoted.append('\\').append((char) c);
    } else if (printable) {
      quoted.appendCodePoint(c);
    } else {
      quoted.append(c > 0xffff ? "\\U%08x".formatted(c) : "\\u%04x".formatted(c));
    }
  }
}
