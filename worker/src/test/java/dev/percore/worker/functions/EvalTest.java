package dev.percore.worker.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.worker.api.ComputeException;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvalTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | 1",
        "1+2*3 | 7",
        "(1+2)*3 | 9",
        "10-4-3 | 3",
        "100/10/5 | 2",
        "7%4 | 3",
        "-7%4 | -3",
        "7.5%2 | 1.5",
        "2^10 | 1024",
        "2^3^2 | 512",
        "-2^2 | -4",
        "(-2)^2 | 4",
        "2^-1 | 0.5",
        "2*-3 | -6",
        "--3 | 3",
        "+-+3 | -3",
        "1e3 | 1000",
        "1.5E-3*1000 | 1.5",
        ".5 + 5. | 5.5",
        "  1\t+ 1  | 2",
        "sqrt(16) | 4",
        "sin(0) | 0",
        "cos(pi) | -1",
        "tan(0) | 0",
        "ln(e) | 1",
        "log(1000) | 3",
        "exp(0) | 1",
        "abs(-3.5) | 3.5",
        "floor(-1.5) | -2",
        "ceil(1.2) | 2",
        "round(2.5) | 3",
        "round(-2.5) | -3",
        "round(0.49999999999999994) | 0",
        "min(3, 1, 2) | 1",
        "max(3) | 3",
        "pow(2, 0.5)^2 | 2.0000000000000004",
        "2 * ( 3 + 4 ) ^ 2 - sqrt ( 16 ) / 8 | 97.5",
        "2^53 - 1 | 9007199254740991",
        "1/3 | 0.3333333333333333"
      })
  void knowsTheValue(String expression, String value) throws Exception {
    assertThat(Calls.json(new Eval(), Map.of("expression", expression))).hasToString(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | expected a number, a name or '(', but the expression ends at position 1",
        "1+ | expected a number, a name or '(', but the expression ends at position 3",
        "1+*2 | expected a number, a name or '(', found '*' at position 3",
        "(1+2 | expected ')', but the expression ends at position 5",
        "1) | expected an operator, found ')' at position 2",
        "1 2 | expected an operator, found '2' at position 3 (in the query of a URL, + is"
            + " written %2B)",
        "2x | expected an operator, found 'x' at position 2",
        "1//2 | expected a number, a name or '(', found '/' at position 3",
        ". | a number without digits at position 1",
        "1.2.3 | expected an operator, found '.' at position 4",
        "2e | an exponent without digits at position 2",
        "foo(1) | unknown name 'foo' at position 1",
        "1+Pi | unknown name 'Pi' at position 3",
        "sqrt | expected '(' after sqrt, but the expression ends at position 5",
        "sqrt() | expected a number, a name or '(', found ')' at position 6",
        "1+sqrt(1,2) | sqrt takes 1 value, not 2 at position 3",
        "pow(1) | pow takes 2 values, not 1 at position 1",
        "min(1,) | expected a number, a name or '(', found ')' at position 7",
        "4+1/0 | division by zero at position 4",
        "1%(2-2) | division by zero at position 2",
        "sqrt(-1) | no real result at position 1",
        "(-8)^0.5 | no real result at position 5",
        "10^400 | the result is too large at position 3",
        "1e400 | the result is too large at position 1",
        "ln(0) | the result is too large at position 1",
        "System.exit(0) | unknown name 'System' at position 1",
        "1+\u00a02 | expected a number, a name or '(', found '\u00a0' at position 3"
      })
  void tellsWhatIsWrongAndWhere(String expression, String message) {
    assertThatThrownBy(() -> ExpressionParser.evaluate(expression))
        .isInstanceOf(ComputeException.class)
        .hasMessage(message);
  }

  @Test
  void refusesExpressionsThatAreNestedTooDeep() throws Exception {
    assertThat(ExpressionParser.evaluate("(".repeat(99) + "1" + ")".repeat(99))).isEqualTo(1);
    for (String deep : new String[] {"(".repeat(500), "-".repeat(900) + "1", "2^".repeat(400)}) {
      assertThatThrownBy(() -> ExpressionParser.evaluate(deep))
          .hasMessageContaining("nested more than 100 levels deep");
    }
  }

  @Test
  void takesLongExpressionsThatAreNotDeep() throws Exception {
    assertThat(ExpressionParser.evaluate("1+".repeat(499) + "1")).isEqualTo(500);
  }

  /// An expression with the value that it must have.
  record Sample(String text, double value) {}

  @Property(tries = 1000)
  void agreesWithTheTreeThatTheExpressionWasWrittenFrom(@ForAll("samples") Sample sample)
      throws Exception {
    Assume.that(Double.isFinite(sample.value));
    assertThat(ExpressionParser.evaluate(sample.text)).isEqualTo(sample.value);
  }

  @Property(tries = 1000)
  void endsEveryTextInAValueOrAnExplanation(@ForAll("scribbles") String text) {
    try {
      assertThat(ExpressionParser.evaluate(text)).isFinite();
    } catch (ComputeException e) {
      assertThat(e).hasMessageMatching("(?s).+ at position [0-9]+.*");
    }
  }

  @Provide
  Arbitrary<String> scribbles() {
    return Arbitraries.of(
            "1", "2.5", "e", "pi", "sqrt", "min", "(", ")", "+", "-", "*", "/", "%", "^", ",", " ",
            "x", "#")
        .list()
        .ofMaxSize(20)
        .map(tokens -> String.join("", tokens));
  }

  @Provide
  Arbitrary<Sample> samples() {
    return sample(4);
  }

  private static Arbitrary<Sample> sample(int depth) {
    Arbitrary<Sample> number =
        Arbitraries.doubles()
            .between(0, 1000)
            .map(value -> new Sample(Double.toString(value), value));
    if (depth == 0) {
      return number;
    }
    Arbitrary<Sample> smaller = Arbitraries.lazy(() -> sample(depth - 1));
    return Arbitraries.oneOf(
        number,
        Combinators.combine(smaller, smaller, Arbitraries.of('+', '-', '*'))
            .as((left, right, operator) -> parenthesized(left, operator, right)),
        smaller.map(inner -> new Sample("-(" + inner.text + ")", -inner.value)),
        smaller.map(inner -> new Sample("floor(" + inner.text + ")", Math.floor(inner.value))),
        Combinators.combine(smaller, smaller)
            .as(
                (left, right) ->
                    new Sample(
                        "max( " + left.text + " , " + right.text + " )",
                        Math.max(left.value, right.value))),
        Combinators.combine(smaller, smaller, smaller).as(EvalTest::unparenthesized));
  }

  private static Sample parenthesized(Sample left, char operator, Sample right) {
    return new Sample(
        "(" + left.text + ")" + operator + "(" + right.text + ")",
        operator(operator).applyAsDouble(left.value, right.value));
  }

  /// Left to the rules of precedence: a - b * c.
  private static Sample unparenthesized(Sample a, Sample b, Sample c) {
    return new Sample(
        "((%s) - (%s) * (%s))".formatted(a.text, b.text, c.text), a.value - b.value * c.value);
  }

  private static DoubleBinaryOperator operator(char operator) {
    return switch (operator) {
      case '+' -> Double::sum;
      case '-' -> (a, b) -> a - b;
      default -> (a, b) -> a * b;
    };
  }
}
