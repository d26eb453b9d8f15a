package dev.percore.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Generates what is said about the settings elsewhere: the shipped file, the reference and the
/// JSON Schema. They are committed, and a test holds them equal to what this generates. After a
/// change of [Settings], from the root of the project:
///
/// ```
/// mvn -q -pl config compile exec:java -Dexec.mainClass=dev.percore.config.SettingsReference \
///     -Dexec.args=.
/// ```
public final class SettingsReference {

  private SettingsReference() {}

  /// The shipped configuration file: every setting, with its default.
  public static String shippedFile() {
    return ShippedFile.generate();
  }

  /// The reference in Markdown.
  public static String markdown() {
    return MarkdownReference.generate();
  }

  /// The JSON Schema that a configuration file must satisfy.
  public static String jsonSchema() {
    return JsonSchema.generate();
  }

  /// The generated texts by path from the root of the project.
  static Map<String, String> files() {
    return Map.of(
        "config/src/main/dist/percore.yaml", shippedFile(),
        "docs/configuration.md", markdown(),
        "docs/percore.schema.json", jsonSchema());
  }

  /// Writes the files.
  ///
  /// @param arguments the root of the project
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 1) {
      throw new IllegalArgumentException("wanted: the root folder of the project");
    }
    for (Map.Entry<String, String> generated : files().entrySet()) {
      Path file = Path.of(arguments[0], generated.getKey());
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, generated.getValue());
      System.out.println("written: " + file);
    }
  }
}
