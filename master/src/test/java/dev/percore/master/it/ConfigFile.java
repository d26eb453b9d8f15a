package dev.percore.master.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/// The configuration file of a server that is to be reloaded.
final class ConfigFile {
  private ConfigFile() {}

  /// Where it is in a server's folder.
  static Path in(Path folder) {
    return folder.resolve("percore.yaml");
  }

  /// Writes the settings of the tests and over them others, such as `listen.extra=[]`, the values
  /// in YAML. What is there is replaced at once.
  static void write(Path folder, String... settings) throws IOException {
    StringBuilder yaml = new StringBuilder();
    String section = "";
    Map<String, String> sorted = new TreeMap<>(PercoreServer.settings(folder, settings));
    for (Map.Entry<String, String> setting : sorted.entrySet()) {
      int dot = setting.getKey().lastIndexOf('.');
      String of = setting.getKey().substring(0, Math.max(dot, 0));
      if (!of.equals(section)) {
        yaml.append(of.isEmpty() ? "" : of + ":\n");
        section = of;
      }
      yaml.append(of.isEmpty() ? "" : "  ")
          .append(setting.getKey().substring(dot + 1))
          .append(": ")
          .append(setting.getValue())
          .append('\n');
    }
    writeText(folder, yaml.toString());
  }

  /// Writes a text, right or wrong.
  static void writeText(Path folder, String yaml) throws IOException {
    Path next = Files.writeString(folder.resolve("percore.yaml.next"), yaml);
    Files.move(
        next, in(folder), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
