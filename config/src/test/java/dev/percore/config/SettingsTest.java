package dev.percore.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.config.value.WholeNumber;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SettingsTest {

  @Test
  void haveKeysAndVariablesOfTheirOwn() {
    assertThat(Settings.all()).extracting(Setting::key).doesNotHaveDuplicates();
    assertThat(Settings.all()).extracting(Setting::environmentName).doesNotHaveDuplicates();
  }

  @Test
  void standInTheOrderOfTheirSections() {
    List<String> sections =
        Stream.concat(Stream.of(""), Section.all().stream().map(Section::name)).toList();

    assertThat(Settings.all().stream().map(Setting::section).distinct())
        .containsExactlyElementsOf(sections);
    assertThat(sections.stream().flatMap(name -> Settings.ofSection(name).stream()))
        .containsExactlyElementsOf(Settings.all());
  }

  @Test
  void haveTextsThatEndAsSentences() {
    assertThat(Settings.all()).allMatch(setting -> setting.text().endsWith("."));
    assertThat(Section.all()).allMatch(section -> section.text().endsWith("."));
  }

  @Test
  void nameTheirParts() {
    Setting<?> port = Settings.find("listen.port").orElseThrow();
    Setting<?> workers = Settings.find("workers").orElseThrow();

    assertThat(port.section()).isEqualTo("listen");
    assertThat(port.name()).isEqualTo("port");
    assertThat(port.environmentName()).isEqualTo("PERCORE_LISTEN_PORT");
    assertThat(workers.section()).isEmpty();
    assertThat(workers.name()).isEqualTo("workers");
  }

  @Test
  void refuseADeclarationThatContradictsItself() {
    WholeNumber small = new WholeNumber(0, 9);

    assertThatThrownBy(() -> new Setting<>("a.b", small, "10", "Text."))
        .hasMessage("default of a.b is 10, allowed: a whole number from 0 to 9");
    assertThatThrownBy(() -> new Setting<>("A", small, "1", "Text.")).hasMessage("not a key: A");
    assertThatThrownBy(() -> new WholeNumber(2, 1)).hasMessage("not a range: 2 to 1");
  }
}
