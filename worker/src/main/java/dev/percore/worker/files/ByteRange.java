package dev.percore.worker.files;

/// What a Range field asks of a file (RFC 9110, section 14).
sealed interface ByteRange {

  /// The file as a whole: there is no usable range, or there are several. A server may ignore a
  /// Range field, and a list of ranges is a cheap way to make one work hard.
  record Whole() implements ByteRange {}

  /// Bytes from `first` to `last`, both included and inside of the file.
  record Slice(long first, long last) implements ByteRange {
    long length() {
      return last - first + 1;
    }
  }

  /// No byte of the file is in the range.
  record Unsatisfiable() implements ByteRange {}

  ByteRange WHOLE = new Whole();
  ByteRange UNSATISFIABLE = new Unsatisfiable();

  /// Reads the field for a file of that length.
  ///
  /// @param header value of the Range field
  /// @param length of the file in bytes
  static ByteRange of(String header, long length) {
    String unit = "bytes=";
    if (!header.regionMatches(true, 0, unit, 0, unit.length())) {
      return WHOLE;
    }
    String ranges = header.substring(unit.length());
    return ranges.indexOf(',') < 0 ? single(ranges.strip(), length) : WHOLE;
  }

  private static ByteRange single(String spec, long length) {
    int dash = spec.indexOf('-');
    if (dash < 0) {
      return WHOLE;
    }
    String first = spec.substring(0, dash);
    String last = spec.substring(dash + 1);
    if (first.isEmpty()) {
      return isNumber(last) ? suffix(number(last), length) : WHOLE;
    }
    if (!isNumber(first) || !(last.isEmpty() || isNumber(last))) {
      return WHOLE;
    }
    return slice(number(first), last.isEmpty() ? Long.MAX_VALUE : number(last), length);
  }

  private static ByteRange slice(long first, long last, long length) {
    if (last < first) {
      return WHOLE; // not a range at all, says section 14.1.1
    }
    return first < length ? new Slice(first, Math.min(last, length - 1)) : UNSATISFIABLE;
  }

  private static ByteRange suffix(long count, long length) {
    if (count == 0) {
      return UNSATISFIABLE;
    }
    // The last bytes of an empty file are satisfiable, but no Content-Range can say so.
    return length == 0 ? WHOLE : new Slice(Math.max(0, length - count), length - 1);
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  // A number too large for a long lies beyond the end of any file, and so does the largest long.
  private static long number(String digits) {
    long value = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (value > (Long.MAX_VALUE - digit) / 10) {
        return Long.MAX_VALUE;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
