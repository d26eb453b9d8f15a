package dev.percore.worker.calc.map;

import dev.percore.worker.calc.ProblemException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The elements of a JSON array. It finds out where each one ends, and leaves it to the reader of
/// the element whether it is valid.
final class ArrayElements extends WholeElements {
  private final byte[] body;
  private int position;
  private boolean begun;
  private boolean ended;

  ArrayElements(byte[] body) {
    this.body = body;
  }

  @Override
  public byte @Nullable [] next() throws ProblemException {
    if (ended) {
      return null;
    }
    skipSpace();
    if (!begun) {
      expect('[', "The body must be a JSON array.");
      begun = true;
      skipSpace();
      if (at(']')) {
        return end();
      }
    } else if (at(']')) {
      return end();
    } else {
      expect(',', "The elements of the array must be separated by commas.");
      skipSpace();
    }
    int start = position;
    skipElement();
    int end = position;
    while (end > start && isSpace(body[end - 1])) {
      end--;
    }
    if (start == end) {
      throw broken("An element of the array is missing.");
    }
    return Arrays.copyOfRange(body, start, end);
  }

  private byte @Nullable [] end() throws ProblemException {
    ended = true;
    position++;
    skipSpace();
    if (position < body.length) {
      throw broken("Something follows the array.");
    }
    return null;
  }

  // Up to the comma or bracket that ends it. Which bracket closes which is not looked at: where it
  // matters the element is not valid, and its reader says so.
  private void skipElement() throws ProblemException {
    int depth = 0;
    while (position < body.length) {
      byte octet = body[position];
      switch (octet) {
        case '"' -> skipText();
        case '[', '{' -> depth++;
        case ']', '}' -> {
          if (depth == 0) {
            return;
          }
          depth--;
        }
        case ',' -> {
          if (depth == 0) {
            return;
          }
        }
        default -> {}
      }
      position++;
    }
    throw broken("The array does not end.");
  }

  /// From its first quotation mark to its last.
  private void skipText() throws ProblemException {
    position++;
    while (position < body.length && body[position] != '"') {
      position += body[position] == '\\' ? 2 : 1;
    }
    if (position >= body.length) {
      throw broken("A text in the array does not end.");
    }
  }

  private void skipSpace() {
    while (position < body.length && isSpace(body[position])) {
      position++;
    }
  }

  private boolean at(char wanted) {
    return position < body.length && body[position] == wanted;
  }

  private void expect(char wanted, String complaint) throws ProblemException {
    if (!at(wanted)) {
      throw broken(complaint);
    }
    position++;
  }

  private ProblemException broken(String complaint) {
    ended = true;
    return MapProblems.malformed(complaint + " That is at byte " + position + ".");
  }

  static boolean isSpace(byte octet) {
    return octet == ' ' || octet == '\t' || octet == '\n' || octet == '\r';
  }
}
