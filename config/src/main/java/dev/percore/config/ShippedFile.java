package dev.percore.config;

import java.util.stream.Collectors;

/// Generates the file that is shipped: every setting at its default, under a comment that says
/// what it is for and what is allowed.
final class ShippedFile {

  private static final int COLUMNS = 96;

  private static final String HEAD =
      """
      # The settings of Percore. Each stands here with its default; change what you need.
      #
      # Each can also be set from outside: listen.port by the environment variable
      # PERCORE_LISTEN_PORT or by --set listen.port=80. Environment wins over this file, --set over
      # both. Relative paths start from the installation folder.
      #
      # Check this file with `percore -t`; see what is in force, and where from, with `percore -T`.
      """;

  private ShippedFile() {}

  static String generate() {
    StringBuilder yaml = new StringBuilder(HEAD);
    yaml.append('\n').append(settings("", ""));
    for (Section section : Section.all()) {
      yaml.append('\n').append(comment("", section.text()));
      yaml.append(section.name()).append(":\n").append(settings(section.name(), "  "));
    }
    return yaml.toString();
  }

  private static String settings(String section, String indent) {
    return Settings.ofSection(section).stream()
        .map(setting -> setting(setting, indent))
        .collect(Collectors.joining("\n"));
  }

  private static String setting(Setting<?> setting, String indent) {
    String value = YamlText.value(setting, setting.defaultText());
    return comment(indent, setting.text())
        + comment(indent, "Allowed: " + setting.type().allowed() + ".")
        + indent
        + setting.name()
        + ": "
        + value
        + "\n";
  }

  /// Comment lines, broken between words.
  private static String comment(String indent, String text) {
    StringBuilder comment = new StringBuilder();
    StringBuilder line = new StringBuilder(indent).append('#');
    for (String word : text.split(" ", -1)) {
      if (line.length() + 1 + word.length() > COLUMNS) {
        comment.append(line).append('\n');
        line.setLength(indent.length() + 1);
      }
      line.append(' ').append(word);
    }
    return comment.append(line).append('\n').toString();
  }
}
