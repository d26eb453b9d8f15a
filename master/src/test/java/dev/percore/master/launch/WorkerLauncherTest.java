package dev.percore.master.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.ConfigLoader;
import dev.percore.config.ConfigSources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerLauncherTest {
  @TempDir private Path folder;

  @Test
  void beginsWithAQuarterOfTheHeap() throws Exception {
    assertThat(options("{heap: 256m}"))
        .contains("-Xmx268435456", "-XX:InitialHeapSize=67108864")
        .containsSubsequence("-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Xmx40m", "-XX:MaxHeapSize=40m"})
  void leavesTheBeginningToWhoeverLimitsTheHeapOtherwise(String limit) throws Exception {
    assertThat(options("{heap: 256m, jvm_options: ['" + limit + "']}"))
        .noneMatch(option -> option.startsWith("-XX:InitialHeapSize"));
  }

  private List<String> options(String worker) throws Exception {
    Path file = Files.writeString(folder.resolve("percore.yaml"), "worker: " + worker + "\n");
    var sources = new ConfigSources(file, Map.of(), List.of(), folder);
    return WorkerLauncher.jvmOptions(ConfigLoader.load(sources).config().worker());
  }
}
