package dev.percore.worker.calc.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.worker.calc.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class ElementsTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String SPACES = " \t\r\n";

  @RepeatedTest(200)
  void findsTheElementsOfAnyArray() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Object> values = new ArrayList<>();
    StringBuilder array = new StringBuilder(space(random)).append('[').append(space(random));
    for (int i = random.nextInt(8); i > 0; i--) {
      values.add(value(random, 3));
      array.append(JSON.writeValueAsString(values.getLast())).append(space(random));
      array.append(i == 1 ? "" : "," + space(random));
    }
    array.append(']').append(space(random));

    List<Object> found = new ArrayList<>();
    for (String element : all(new ArrayElements(bytes(array.toString())))) {
      found.add(JSON.readTree(element));
    }
    assertThat(JSON.valueToTree(found).toString())
        .as("seed %d", seed)
        .isEqualTo(JSON.valueToTree(values).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "{}", "7", "\"[\"", "nul"})
  void tellsAtOnceWhatIsNoArray(String body) {
    assertThatThrownBy(() -> new ArrayElements(bytes(body)).next())
        .isInstanceOf(ProblemException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1", "[1,", "[1,]", "[1,,2]", "[1] 2", "[1]]", "[1,\"", "[1,\"\\", "[1,{", "[1}2]"
      })
  void findsWhatIsBeforeTheArrayBreaks(String body) throws Exception {
    Elements elements = new ArrayElements(bytes(body));
    List<String> found = new ArrayList<>();
    assertThatThrownBy(
            () -> {
              for (byte[] next = elements.next(); next != null; next = elements.next()) {
                found.add(new String(next, StandardCharsets.UTF_8));
              }
            })
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("at byte");
    assertThat(found.stream().filter(element -> element.equals("1")).count())
        .isEqualTo(body.equals("[1") ? 0 : 1);
    assertThat(elements.next()).isNull();
  }

  @Test
  void findsTheLinesThatAreNotBlank() throws Exception {
    assertThat(all(new LineElements(bytes("1\n\n {\"n\":2}\r\n \t\n3"))))
        .containsExactly("1", " {\"n\":2}\r", "3");
    assertThat(all(new LineElements(bytes("\n")))).isEmpty();
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 6 : 4)) {
      case 0 -> random.nextInt();
      case 1 -> random.nextBoolean();
      case 2 -> text(random);
      case 3 -> "";
      case 4 -> List.of(value(random, depth - 1), value(random, depth - 1));
      default -> Map.of(text(random), value(random, depth - 1));
    };
  }

  private static String text(Random random) {
    String alphabet = "ab,[]{}\"\\\n\u00e9:";
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static String space(Random random) {
    return random.nextInt(3) > 0 ? "" : SPACES.substring(random.nextInt(4));
  }

  private static List<String> all(Elements elements) throws ProblemException {
    List<String> all = new ArrayList<>();
    for (byte[] next = elements.next(); next != null; next = elements.next()) {
      all.add(new String(next, StandardCharsets.UTF_8));
    }
    return all;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
