package dev.percore.worker.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonSerializable;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.node.JsonNodeFactory;

final class PlainJsonTest {
  private static final JsonMapper BINDING = JsonMapper.builder().build();

  /// Neither a type of JSON nor of the JDK.
  private record Point(int x, List<String> names) {}

  /// One that writes a tree.
  private static final class Tree implements JacksonSerializable {
    @Override
    public void serialize(JsonGenerator json, SerializationContext context) {
      json.writeTree(JsonNodeFactory.instance.objectNode().put("a", 1));
    }

    @Override
    public void serializeWithType(
        JsonGenerator json, SerializationContext context, TypeSerializer types) {
      serialize(json, context);
    }
  }

  /// One that says how it is to be written.
  private static final class Own extends ArrayList<String> {
    private static final long serialVersionUID = 1;
  }

  @Property
  void writesWhatDataBindingWrites(@ForAll("values") Object value) {
    assertSame(value);
  }

  @Provide
  Arbitrary<Object> values() {
    Arbitrary<Object> plain =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(12),
            Arbitraries.longs(),
            Arbitraries.integers(),
            Arbitraries.doubles(),
            Arbitraries.bigIntegers(),
            Arbitraries.bigDecimals(),
            Arbitraries.of(
                new BigDecimal("1E+5"), new BigDecimal("1E-20"), BigInteger.TWO.pow(200)),
            Arbitraries.of(true, false),
            Arbitraries.of(Double.NaN, Double.NEGATIVE_INFINITY, -0.0));
    return Arbitraries.recursive(
        () -> plain,
        inner ->
            Arbitraries.oneOf(
                inner.list().ofMaxSize(4).map(list -> (Object) list),
                Arbitraries.maps(Arbitraries.strings().ofMaxLength(6), inner)
                    .ofMaxSize(4)
                    .map(map -> (Object) map)),
        0,
        3);
  }

  // As far as JSON can tell one from another: all numbers become decimal fractions.
  @Property
  void readsWhatItHasWritten(@ForAll("values") Object value) {
    byte[] document = PlainJson.bytes(value);
    Object read = PlainJson.read(new ByteArrayInputStream(document));
    assertThat(new String(PlainJson.bytes(read), StandardCharsets.UTF_8))
        .isEqualTo(
            BINDING
                .writer()
                .writeValueAsString(
                    BINDING
                        .readerFor(Object.class)
                        .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .readValue(document)));
  }

  @Test
  void readsNumbersExactlyAndKeepsTheOrder() {
    assertThat(read("{\"b\": [0.10, 1e5, 12345678901234567890], \"a\": null, \"c\": true}"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsExactly(
            entry(
                "b",
                List.of(
                    new BigDecimal("0.10"),
                    new BigDecimal("1e5"),
                    new BigDecimal("12345678901234567890"))),
            entry("a", null),
            entry("c", true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "1 2", "[1", "{\"a\":}", "{} {}"})
  void refusesWhatIsNotOneValue(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(JacksonException.class);
  }

  private static @Nullable Object read(String json) {
    return PlainJson.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
  }

  static List<Object> others() {
    Own own = new Own();
    own.add("a");
    return List.of(
        new Point(1, List.of("a", "é\u0001\uD83D\uDE00")),
        List.of(new Point(2, List.of())),
        List.of(1, List.of("a", new Point(2, List.of())), 2.5f),
        new Tree(),
        List.of(JsonNodeFactory.instance.arrayNode().add(1)),
        Map.of("point", new Point(3, List.of("b"))),
        own,
        new HashMap<>(Map.of(1L, "a whole number as a name")),
        new TreeMap<>(Map.of("b", 1, "a", 2)),
        Collections.unmodifiableMap(new LinkedHashMap<>(Map.of("a", 1))),
        Arrays.asList("a", null, 1),
        Collections.singletonMap("a", null),
        new double[] {1, 2.5},
        1.5f,
        (short) 3,
        Duration.ofMillis(1500),
        Optional.of("a"),
        Thread.State.NEW);
  }

  @ParameterizedTest
  @MethodSource("others")
  void leavesOtherValuesToDataBinding(Object value) {
    assertSame(value);
  }

  @Test
  void refusesWhatContainsItself() {
    List<Object> endless = new ArrayList<>();
    endless.add(endless);
    assertThatThrownBy(() -> PlainJson.bytes(endless)).isInstanceOf(JacksonException.class);
  }

  private static void assertSame(Object value) {
    assertThat(new String(PlainJson.bytes(value), StandardCharsets.UTF_8))
        .isEqualTo(BINDING.writeValueAsString(value));
  }
}
