package dev.percore.config.value;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The type of a setting's value. Every source (file, environment, command line, master) hands
/// values over as text; a type reads that text and writes it back.
///
/// @param <T> the type of the value in Java
public sealed interface ValueType<T>
    permits AutoNumber,
        Choice,
        Flag,
        IpAddress,
        OptionalPath,
        RequiredPath,
        SizeValue,
        Text,
        TextList,
        TimeSpan,
        WholeNumber {

  /// The value that a text stands for, or null when the text is not allowed.
  ///
  /// @param home folder that relative paths start from
  @Nullable T parse(String text, Path home);

  /// The one text for a value; parsing it gives the same value in any process.
  String canonical(T value);

  /// The type's name in the reference, such as `duration`.
  String label();

  /// What may be written, range included, such as `a whole number from 0 to 65535`.
  String allowed();
}
