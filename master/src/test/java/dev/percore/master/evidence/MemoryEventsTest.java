package dev.percore.master.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MemoryEventsTest {
  @TempDir private Path folder;

  @Test
  void readsACgroupOfVersion2Alone() throws IOException {
    Path events = write("memory.events", "low 0\nhigh 7\nmax 2\noom 1\noom_kill 1\n");
    Path machine = write("vmstat", "nr_free_pages 5\noom_kill 3\n");

    List<Path> chosen =
        MemoryEvents.choose(List.of(folder.resolve("none"), events), List.of(), machine);

    assertThat(new MemoryEvents(chosen).read())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("low", 0L, "high", 7L, "max", 2L, "oom", 1L, "oom_kill", 1L));
  }

  @Test
  void readsACgroupOfVersion1AndTheMachine() throws IOException {
    Path control = write("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
    Path machine = write("vmstat", "nr_free_pages 5\noom_kill 3\n");

    List<Path> chosen = MemoryEvents.choose(List.of(), List.of(control), machine);

    assertThat(new MemoryEvents(chosen).read())
        .containsEntry("oom_kill", 2L)
        .containsEntry("machine_oom_kill", 3L)
        .doesNotContainKey("machine_nr_free_pages");
  }

  @Test
  void tellsWhenTheKernelHasKilled() {
    assertThat(MemoryEvents.killedBetween(Map.of("oom_kill", 1L), Map.of("oom_kill", 1L)))
        .isFalse();
    assertThat(MemoryEvents.killedBetween(Map.of("oom", 1L), Map.of("oom", 2L))).isFalse();
    assertThat(MemoryEvents.killedBetween(Map.of("oom_kill", 1L), Map.of("oom_kill", 2L))).isTrue();
    assertThat(
            MemoryEvents.killedBetween(
                Map.of("machine_oom_kill", 1L), Map.of("machine_oom_kill", 2L)))
        .isTrue();
  }

  @Test
  void readsThoseOfThisMachine() {
    assertThat(MemoryEvents.ofThisProcess().read())
        .anySatisfy((name, _) -> assertThat(name).endsWith("oom_kill"));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
