package dev.percore.config;

import dev.percore.config.value.TextList;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Settings from the YAML file.
final class FileSource {

  private static final int BYTES_MAX = 256 * 1024;
  private static final String READABLE = "a YAML file that can be read";

  private final Path file;
  private final Path home;
  private final String source;
  private final List<ConfigProblem> problems;
  private final List<Given> given = new ArrayList<>();

  private FileSource(Path file, Path home, String source, List<ConfigProblem> problems) {
    this.file = file;
    this.home = home;
    this.source = source;
    this.problems = problems;
  }

  /// The values given, in the order of the file; whatever is wrong is added to the problems.
  ///
  /// @param home a file in it is named from there
  static List<Given> read(Path file, Path home, List<ConfigProblem> problems) {
    Path absolute = file.toAbsolutePath().normalize();
    Path shown = absolute.startsWith(home) ? home.relativize(absolute) : file;
    FileSource source = new FileSource(file, home, shown.toString(), problems);
    source
        .readText()
        .flatMap(text -> YamlReader.read(source.source, text, problems))
        .ifPresent(source::root);
    return source.given;
  }

  private Optional<String> readText() {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        problem(0, "", "more than " + BYTES_MAX + " bytes", "a file up to that size");
        return Optional.empty();
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (NoSuchFileException _) {
      problem(0, "", "no such file", READABLE);
    } catch (AccessDeniedException _) {
      problem(0, "", "no permission to read it", READABLE);
    } catch (CharacterCodingException _) {
      problem(0, "", "bytes that are not UTF-8", "text in UTF-8");
    } catch (IOException e) {
      problem(0, "", Files.isDirectory(file) ? "a folder" : e.toString(), READABLE);
    }
    return Optional.empty();
  }

  private void root(YamlNode root) {
    switch (root) {
      case YamlNode.Mapping mapping -> named(mapping, "").forEach(this::topLevel);
      case YamlNode.Scalar(_, boolean nothing, _) when nothing -> {} // all settings at default
      case YamlNode.Scalar _, YamlNode.Sequence _ ->
          problem(root.line(), "", root.found(), "settings as `name: value`");
    }
  }

  /// The entries whose key is a text that did not come before.
  private List<Named> named(YamlNode.Mapping mapping, String section) {
    List<Named> entries = new ArrayList<>();
    Map<String, Integer> lines = new HashMap<>();
    for (YamlNode.Entry entry : mapping.entries()) {
      if (!(entry.key() instanceof YamlNode.Scalar(String name, boolean nothing, int line))
          || nothing) {
        problem(entry.key().line(), section, entry.key().found(), "the name of a setting");
        continue;
      }
      Integer first = lines.putIfAbsent(name, line);
      if (first == null) {
        entries.add(new Named(name, line, entry.value()));
      } else {
        String key = section.isEmpty() ? name : section + "." + name;
        problem(line, key, "a repetition of line " + first, "each name once");
      }
    }
    return entries;
  }

  private record Named(String name, int line, YamlNode value) {}

  private void topLevel(Named entry) {
    String name = entry.name();
    Optional<Setting<?>> setting = Settings.find(name);
    if (Section.find(name).isPresent()) {
      section(entry);
    } else if (setting.isPresent() && setting.get().section().isEmpty()) {
      value(setting.get(), entry);
    } else if (setting.isPresent()) {
      String allowed = setting.get().name() + " within the section " + setting.get().section();
      problem(entry.line(), name, "section and name in one", allowed);
    } else if (entry.value() instanceof YamlNode.Mapping mapping && !mapping.entries().isEmpty()) {
      named(mapping, name).forEach(inner -> unknown(inner.line(), name + "." + inner.name()));
    } else {
      unknown(entry.line(), name);
    }
  }

  private void section(Named section) {
    String name = section.name();
    switch (section.value()) {
      case YamlNode.Mapping mapping -> named(mapping, name).forEach(inner -> inner(name, inner));
      case YamlNode.Scalar(_, boolean nothing, _) when nothing -> {} // all its lines commented out
      case YamlNode.Scalar _, YamlNode.Sequence _ ->
          problems.add(
              new ConfigProblem(
                  source,
                  section.line(),
                  name,
                  section.value().found(),
                  "a section with " + UnknownKey.namesOf(name),
                  UnknownKey.nearest(name)));
    }
  }

  private void inner(String section, Named entry) {
    String key = section + "." + entry.name();
    Settings.find(key)
        .ifPresentOrElse(setting -> value(setting, entry), () -> unknown(entry.line(), key));
  }

  private void value(Setting<?> setting, Named entry) {
    TextList list = setting.type() instanceof TextList type ? type : null;
    switch (entry.value()) {
      case YamlNode.Scalar(String text, boolean nothing, _) when nothing || list == null ->
          given.add(new Given(setting, nothing ? "" : text, source, entry.line()));
      case YamlNode.Sequence(List<YamlNode> items, _) when list != null ->
          list(setting, list, items, entry.line());
      case YamlNode.Scalar _, YamlNode.Sequence _, YamlNode.Mapping _ ->
          problem(entry.line(), setting.key(), entry.value().found(), setting.type().allowed());
    }
  }

  private void list(Setting<?> setting, TextList type, List<YamlNode> nodes, int line) {
    List<String> items = new ArrayList<>();
    for (YamlNode node : nodes) {
      if (node instanceof YamlNode.Scalar(String text, boolean nothing, _)
          && !nothing
          && type.form().canonical(text, home) != null) {
        items.add(text);
      } else {
        problem(node.line(), setting.key(), node.found(), type.form().allowed());
      }
    }
    given.add(new Given(setting, TextList.join(items), source, line));
  }

  private void unknown(int line, String key) {
    problems.add(UnknownKey.problem(source, line, key));
  }

  private void problem(int line, String key, String found, String allowed) {
    String shown = key.isEmpty() ? "" : Found.key(key);
    problems.add(new ConfigProblem(source, line, shown, found, allowed));
  }
}
