package dev.percore.master.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TextTableTest {
  @Test
  void alignsEachColumnToItsWidestCell() {
    TextTable table = new TextTable("A", "LONG", "C");
    table.add(List.of("wide", "b", ""));

    assertThat(table.lines()).containsExactly("A     LONG  C", "wide  b");
  }

  @Test
  void refusesARowOfAnotherWidth() {
    TextTable table = new TextTable("A", "B");

    assertThatIllegalArgumentException().isThrownBy(() -> table.add(List.of("1")));
  }
}
