package dev.percore.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsReferenceTest {

  /// Tests run in the folder of the module.
  private static final Path PROJECT = Path.of("..");

  private static final String SHIPPED = "config/src/main/dist/percore.yaml";

  @TempDir private Path folder = Path.of("/");

  @Test
  void committedFilesAreWhatTheCodeGenerates() throws Exception {
    for (Map.Entry<String, String> file : SettingsReference.files().entrySet()) {
      assertThat(PROJECT.resolve(file.getKey()))
          .as("run SettingsReference, its comment says how")
          .hasContent(file.getValue());
    }
  }

  @Test
  void writesTheFilesWhereItIsTold() throws Exception {
    SettingsReference.main(new String[] {folder.toString()});

    assertThat(folder.resolve(SHIPPED)).hasContent(Files.readString(PROJECT.resolve(SHIPPED)));
    assertThat(folder.resolve("docs/configuration.md")).isNotEmptyFile();
  }

  @Test
  void shippedFileGivesExactlyTheDefaults() throws Exception {
    String shipped = Files.readString(PROJECT.resolve(SHIPPED));

    LoadedConfig loaded = new TestSources(folder).load(shipped);

    assertThat(loaded.config()).isEqualTo(ConfigLoaderTest.defaults(folder));
    assertThat(loaded.settings())
        .allMatch(setting -> setting.origin().startsWith("conf/percore.yaml:"));
  }

  @Test
  void shippedFileKeepsToTheSchema() throws Exception {
    assertThat(violations(Files.readString(PROJECT.resolve(SHIPPED)))).isEmpty();
  }

  @Test
  void printedConfigurationKeepsToTheSchema() throws Exception {
    LoadedConfig loaded =
        new TestSources(folder).load("worker: {jvm_options: [-Xss1m, 'a b \\ \"c\"']}\n");

    assertThat(violations(EffectiveConfigPrinter.print(loaded.settings()))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense: 1",
        "listen: {prt: 1}",
        "listen: {port: 65536}",
        "listen: {address: localhost}",
        "workers: none",
        "worker: {heap: 1x}",
        "timeouts: {idle: 5}",
        "compute: {pin: 1}",
        "log: {level: loud}",
        "static: {path: /calc/}",
        "worker: {jvm_options: -Xa}",
        "run_dir: ''"
      })
  void schemaRefusesWhatTheLoaderRefuses(String yaml) throws Exception {
    assertThat(violations(yaml)).isNotEmpty();
    assertThat(new TestSources(folder).problems(yaml)).isNotEmpty();
  }

  private static List<?> violations(String yaml) {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SettingsReference.files().get("docs/percore.schema.json"), InputFormat.JSON);
    return schema.validate(
        yaml,
        InputFormat.YAML,
        context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
  }
}
