package dev.percore.config;

import java.util.List;

/// A part of a YAML document, with the line where it begins.
sealed interface YamlNode {

  int line();

  /// How a problem shows it.
  String found();

  /// A single value.
  ///
  /// @param nothing whether nothing is written, or YAML's word for it
  record Scalar(String text, boolean nothing, int line) implements YamlNode {
    @Override
    public String found() {
      return nothing ? "nothing" : Found.quote(text);
    }
  }

  /// A list.
  record Sequence(List<YamlNode> items, int line) implements YamlNode {
    @Override
    public String found() {
      return "a list";
    }
  }

  /// Names with values, in their order and perhaps with repetitions.
  record Mapping(List<Entry> entries, int line) implements YamlNode {
    @Override
    public String found() {
      return "names with values";
    }
  }

  /// A name with its value.
  record Entry(YamlNode key, YamlNode value) {}
}
