package dev.percore.config.value;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A list of texts. In a file it is a YAML list; as one text its items are separated by white
/// space, and a backslash before a space or a backslash makes that part of the item.
///
/// @param countMax how many items there may be
/// @param form what an item may be
public record TextList(int countMax, ItemForm form) implements ValueType<List<String>> {

  /// A list of any texts.
  public TextList(int countMax) {
    this(countMax, ItemForm.ANY);
  }

  @Override
  public @Nullable List<String> parse(String text, Path home) {
    List<String> items = split(text);
    List<String> canonical = new ArrayList<>();
    for (String item : items) {
      String one = form.canonical(item, home);
      if (one != null) {
        canonical.add(one);
      }
    }
    boolean allowed = items.size() <= countMax && canonical.size() == items.size();
    return allowed ? List.copyOf(canonical) : null;
  }

  /// The items of a text that are not allowed.
  ///
  /// @param home folder that relative paths start from
  public List<String> wrongItems(String text, Path home) {
    return split(text).stream().filter(item -> form.canonical(item, home) == null).toList();
  }

  private static List<String> split(String text) {
    List<String> items = new ArrayList<>();
    StringBuilder item = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
      if (c == '\\' && (next == '\\' || next == ' ')) {
        item.append(next);
        i++;
      } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
        item.append(c);
      } else if (!item.isEmpty()) {
        items.add(item.toString());
        item.setLength(0);
      }
    }
    if (!item.isEmpty()) {
      items.add(item.toString());
    }
    return items;
  }

  @Override
  public String canonical(List<String> value) {
    return join(value);
  }

  /// The list as one text.
  public static String join(List<String> value) {
    return String.join(
        " ", value.stream().map(item -> item.replace("\\", "\\\\").replace(" ", "\\ ")).toList());
  }

  @Override
  public String label() {
    return "list of text";
  }

  @Override
  public String allowed() {
    String texts = "a list of up to " + countMax + " texts";
    return form.equals(ItemForm.ANY) ? texts : texts + ", each " + form.allowed();
  }
}
