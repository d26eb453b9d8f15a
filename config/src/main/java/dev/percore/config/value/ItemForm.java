package dev.percore.config.value;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What the items of a [TextList] may be.
///
/// @param canonical makes an item's one text
/// @param allowed what an item may be, in words
public record ItemForm(Canonical canonical, String allowed) {

  private static final int LENGTH_MAX = 4096;

  /// A text on one line.
  public static final ItemForm ANY = new ItemForm((item, _) -> item, "a text on one line");

  /// Reads an item.
  @FunctionalInterface
  public interface Canonical {

    /// The one text for an item, or null if it is not allowed.
    ///
    /// @param home folder that relative paths start from
    @Nullable String of(String item, Path home);
  }

  /// The one text for an item, or null if it is not allowed: blank, too long, with control
  /// characters, or not of this form.
  public @Nullable String canonical(String item, Path home) {
    boolean text =
        !item.isBlank()
            && item.length() <= LENGTH_MAX
            && item.chars().noneMatch(Character::isISOControl);
    return text ? canonical.of(item, home) : null;
  }
}
