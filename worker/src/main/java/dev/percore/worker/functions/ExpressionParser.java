package dev.percore.worker.functions;

import dev.percore.worker.api.ComputeException;
import java.util.Arrays;

/// Reads an arithmetic expression by recursive descent and computes it on the way.
///
/// ```
/// expression = term { ("+" | "-") term }
/// term       = unary { ("*" | "/" | "%") unary }
/// unary      = ("+" | "-") unary | power
/// power      = primary [ "^" unary ]
/// primary    = number | constant | function "(" expression { "," expression } ")"
///            | "(" expression ")"
/// ```
///
/// So `-2^2` is -4, `2^3^2` is 512, and `%` is the remainder with the sign of the dividend. Each
/// intermediate value must be finite.
final class ExpressionParser {
  // Each level is a handful of stack frames; a stack holds thousands.
  private static final int DEPTH_MAXIMUM = 100;
  private static final char END = '\0';

  private final String text;
  private int at;
  private int depth;

  private ExpressionParser(String text) {
    this.text = text;
  }

  /// The value of an expression; finite.
  ///
  /// @throws ComputeException that tells what is wrong at which position, counted from 1
  static double evaluate(String text) throws ComputeException {
    ExpressionParser parser = new ExpressionParser(text);
    double value = parser.expression();
    if (parser.at < text.length()) {
      throw parser.unexpected("an operator");
    }
    return value;
  }

  private double expression() throws ComputeException {
    double value = term();
    while (true) {
      int operator = at;
      if (accept('+')) {
        value = finite(value + term(), operator);
      } else if (accept('-')) {
        value = finite(value - term(), operator);
      } else {
        return value;
      }
    }
  }

  private double term() throws ComputeException {
    double value = unary();
    while (true) {
      int operator = at;
      if (accept('*')) {
        value = finite(value * unary(), operator);
      } else if (accept('/')) {
        value = finite(value / divisor(operator), operator);
      } else if (accept('%')) {
        value = finite(value % divisor(operator), operator);
      } else {
        return value;
      }
    }
  }

  private double divisor(int operator) throws ComputeException {
    double divisor = unary();
    if (divisor == 0) {
      throw problem("division by zero", operator);
    }
    return divisor;
  }

  // Every way into a deeper level leads through here.
  private double unary() throws ComputeException {
    skipSpace();
    if (++depth > DEPTH_MAXIMUM) {
      throw problem("nested more than " + DEPTH_MAXIMUM + " levels deep", at);
    }
    double value = accept('-') ? -unary() : accept('+') ? unary() : power();
    depth--;
    return value;
  }

  private double power() throws ComputeException {
    double base = primary();
    int operator = at;
    return accept('^') ? finite(StrictMath.pow(base, unary()), operator) : base;
  }

  private double primary() throws ComputeException {
    if (accept('(')) {
      double value = expression();
      expect(')', "')'");
      return value;
    }
    char next = peek();
    if (isDigit(next) || next == '.') {
      return number();
    }
    if (isLetter(next)) {
      return named();
    }
    throw unexpected("a number, a name or '('");
  }

  private double number() throws ComputeException {
    int start = at;
    int digits = skipDigits();
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      digits += skipDigits();
    }
    if (digits == 0) {
      throw problem("a number without digits", start);
    }
    skipExponent();
    double value = finite(Double.parseDouble(text.substring(start, at)), start);
    skipSpace();
    return value;
  }

  // An 'e' without digits after it is not an exponent, but then it is not anything else either.
  private void skipExponent() throws ComputeException {
    if (at >= text.length() || Character.toLowerCase(text.charAt(at)) != 'e') {
      return;
    }
    int start = at++;
    if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
      at++;
    }
    if (skipDigits() == 0) {
      throw problem("an exponent without digits", start);
    }
  }

  private int skipDigits() {
    int start = at;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    return at - start;
  }

  private double named() throws ComputeException {
    int start = at;
    while (at < text.length() && (isLetter(text.charAt(at)) || isDigit(text.charAt(at)))) {
      at++;
    }
    String name = text.substring(start, at);
    skipSpace();
    return switch (name) {
      case "pi" -> Math.PI;
      case "e" -> Math.E;
      default -> call(name, start);
    };
  }

  private double call(String name, int start) throws ComputeException {
    ExpressionFunction function = ExpressionFunction.find(name);
    if (function == null) {
      throw problem("unknown name '" + name + "'", start);
    }
    expect('(', "'(' after " + name);
    double[] values = new double[0];
    do {
      values = Arrays.copyOf(values, values.length + 1);
      values[values.length - 1] = expression();
    } while (accept(','));
    expect(')', "',' or ')'");
    if (!function.takes(values.length)) {
      throw problem("%s takes %s, not %d".formatted(name, function.arity(), values.length), start);
    }
    return finite(function.apply(values), start);
  }

  private double finite(double value, int position) throws ComputeException {
    if (Double.isNaN(value)) {
      throw problem("no real result", position);
    }
    if (Double.isInfinite(value)) {
      throw problem("the result is too large", position);
    }
    return value;
  }

  private boolean accept(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    at++;
    skipSpace();
    return true;
  }

  private void expect(char wanted, String forHumans) throws ComputeException {
    if (!accept(wanted)) {
      throw unexpected(forHumans);
    }
  }

  private char peek() {
    skipSpace();
    return at < text.length() ? text.charAt(at) : END;
  }

  private void skipSpace() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  private ComputeException unexpected(String expected) {
    if (at >= text.length()) {
      return problem("expected " + expected + ", but the expression ends", at);
    }
    String found = Character.toString(text.codePointAt(at));
    boolean lostPlus = at > 0 && text.charAt(at - 1) == ' ' && expected.equals("an operator");
    return problem(
        "expected " + expected + ", found '" + found + "'",
        at,
        lostPlus ? " (in the query of a URL, + is written %2B)" : "");
  }

  private ComputeException problem(String what, int position) {
    return problem(what, position, "");
  }

  private ComputeException problem(String what, int position, String hint) {
    return new ComputeException("expression", what + " at position " + (position + 1) + hint);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
