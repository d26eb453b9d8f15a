package dev.percore.config.value;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A list of texts. In a file it is a YAML list; as one text its items are separated by white
/// space, and a backslash before a space or a backslash makes that part of the item.
///
/// @param countMax how many items there may be
/// @param rule what an item must be beside a text on one line
/// @param items the same in words, in the plural
public record TextList(int countMax, Predicate<String> rule, String items)
    implements ValueType<List<String>> {

  private static final int ITEM_LENGTH_MAX = 4096;

  /// A list of any texts.
  public TextList(int countMax) {
    this(countMax, _ -> true, "texts");
  }

  @Override
  public @Nullable List<String> parse(String text, Path home) {
    List<String> items = split(text);
    boolean allowed =
        items.size() <= countMax && items.stream().allMatch(rule.and(TextList::isItem));
    return allowed ? List.copyOf(items) : null;
  }

  /// Whether a text can be an item: not blank, not too long, no control characters.
  public static boolean isItem(String item) {
    return !item.isBlank()
        && item.length() <= ITEM_LENGTH_MAX
        && item.chars().noneMatch(Character::isISOControl);
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
    return "a list of up to " + countMax + " " + items;
  }
}
