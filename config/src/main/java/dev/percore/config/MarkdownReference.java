package dev.percore.config;

import java.util.List;
import java.util.stream.Stream;

/// Generates the reference of all settings in Markdown.
final class MarkdownReference {

  private static final String HEAD =
      """
      # Configuration

      <!-- Generated from Settings.java by dev.percore.config.SettingsReference: change it there. -->

      Percore reads one YAML file, `conf/percore.yaml` unless `-c FILE` names another. Every setting
      has a default, so the file may be empty.

      A value comes from the first of these that gives one:

      1. `--set key=value` on the command line, such as `--set listen.port=80`
      2. the environment variable of the setting, such as `PERCORE_LISTEN_PORT=80`
      3. the file
      4. the default

      `percore -t` checks everything and tells all problems at once, each with file, line, setting,
      what was found and what is allowed. `percore -T` prints what is in force, and where each value
      came from. A key that does not exist is an error, in the file, in the environment and on the
      command line.

      - **Durations** have a unit: `500ms`, `2s`, `1m`, `1h`.
      - **Sizes** are bytes, or have a unit: `8k`, `1m`, `2g` (or `8KiB`, `1MiB`, `2GiB`); 1k is 1024
        bytes.
      - **Paths**, if relative, start from the installation folder, where `bin/` and `lib/` are.
      - **Lists** outside the file are separated by spaces: `PERCORE_WORKER_JVM_OPTIONS="-Xss1m
        -Dname=value"`. A backslash makes a space part of an item.
      - **Nothing** (`""`, or no text after the colon) is a value only where the table says so.
      - YAML's anchors, aliases, tags and further documents are refused.

      `PERCORE_CONFIG` names the file where `-c` does not; the start script reads `PERCORE_JAVA_HOME`
      and `PERCORE_JAVA_OPTS`; all three are no settings. In Kubernetes set `enableServiceLinks:
      false` where a service has a name like `percore-admin`, since the variable
      `PERCORE_ADMIN_PORT` that it makes is one of ours.

      Editors check the file while you write it with
      [percore.schema.json](percore.schema.json), a JSON Schema.
      """;

  private static final String FIXED = " **Fixed**: a reload keeps the old value and says so.";

  private final StringBuilder markdown = new StringBuilder(HEAD);

  private MarkdownReference() {}

  static String generate() {
    MarkdownReference reference = new MarkdownReference();
    reference.section("General", "Settings at the top level of the file.", Settings.ofSection(""));
    for (Section section : Section.all()) {
      String title = "`" + section.name() + "`";
      reference.section(title, section.text(), Settings.ofSection(section.name()));
    }
    reference.rules();
    return reference.markdown.toString();
  }

  private void section(String title, String text, List<Setting<?>> settings) {
    markdown.append("\n## ").append(title).append("\n\n").append(text).append("\n\n");
    row("Setting", "Type", "Default", "Allowed", "Environment", "What it is for");
    row("---", "---", "---", "---", "---", "---");
    for (Setting<?> setting : settings) {
      row(
          code(setting.key()),
          setting.type().label(),
          code(YamlText.value(setting, setting.defaultText())),
          setting.type().allowed(),
          code(setting.environmentName()),
          setting.fixed() ? setting.text() + FIXED : setting.text());
    }
  }

  private void rules() {
    markdown.append("\n## Between settings\n\n");
    Stream.of(CrossChecks.rules(), ListenChecks.rules())
        .flatMap(List::stream)
        .forEach(rule -> markdown.append("- ").append(rule).append('\n'));
  }

  private void row(String... cells) {
    for (String cell : cells) {
      markdown.append("| ").append(cell.replace("|", "\\|")).append(' ');
    }
    markdown.append("|\n");
  }

  private static String code(String text) {
    return "`" + text + "`";
  }
}
