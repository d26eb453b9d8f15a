package dev.percore.master.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.master.supervise.WorkerState;
import dev.percore.protocol.WorkerExit;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VerdictTest {
  @ParameterizedTest
  @CsvSource({
    // exit, state, killed, reason, oom, remains, verdict
    "0, DRAINING, false, , false, NONE, ORDERLY",
    "143, DRAINING, false, , false, NONE, ORDERLY",
    "137, DRAINING, true, , false, NONE, ORDERLY",
    "137, STARTING, true, , false, NONE, ORDERLY",
    "137, READY, true, silent, false, NONE, STUCK",
    "137, READY, true, silent, true, NONE, STUCK",
    "137, STARTING, true, not ready, false, NONE, STUCK",
    "137, DRAINING, true, not drained, false, NONE, STUCK",
    "137, READY, true, silent, false, HEAP_DUMP, HEAP_EXHAUSTED",
    "3, READY, false, , false, HEAP_DUMP, HEAP_EXHAUSTED",
    "3, READY, false, , false, NONE, HEAP_EXHAUSTED",
    "3, READY, false, silent, false, NONE, HEAP_EXHAUSTED",
    "3, STARTING, false, , false, NONE, HEAP_EXHAUSTED",
    "3, DRAINING, false, , false, NONE, HEAP_EXHAUSTED",
    "137, READY, false, , true, NONE, KILLED_FOR_MEMORY",
    "137, DRAINING, false, , true, NONE, KILLED_FOR_MEMORY",
    "137, READY, false, , false, NONE, SIGNAL",
    "137, STARTING, false, , false, NONE, SIGNAL",
    "137, DRAINING, false, , false, NONE, SIGNAL",
    "143, READY, false, , true, NONE, SIGNAL",
    "139, READY, false, , false, NONE, SIGNAL",
    "134, READY, false, , false, CRASH, BUG",
    "134, STARTING, false, , false, CRASH, BUG",
    "134, READY, false, , false, CRASH_BY_SIGNAL, SIGNAL",
    "65, STARTING, false, , false, NONE, START_FAILED",
    "1, STARTING, false, , false, NONE, START_FAILED",
    "70, STARTING, false, , false, NONE, START_FAILED",
    "70, READY, false, , false, NONE, BUG",
    "71, READY, false, , false, NONE, BUG",
    "0, READY, false, , false, NONE, BUG",
    "1, DRAINING, false, , false, NONE, BUG",
  })
  void followsFromTheCircumstances(
      int status,
      WorkerState before,
      boolean killed,
      @Nullable String reason,
      boolean oomKills,
      Remains remains,
      Verdict verdict) {
    assertThat(
            Verdict.of(
                new Verdict.Circumstances(
                    new WorkerExit(status), before, killed, reason, oomKills, remains)))
        .isEqualTo(verdict);
  }

  @Test
  void aCrashIsToldFromASignalOfSomebodyElse(@TempDir Path folder) throws Exception {
    assertThat(Remains.in(null)).isEqualTo(Remains.NONE);
    assertThat(Remains.in(folder)).isEqualTo(Remains.NONE);
    Path errors = folder.resolve(Remains.ERROR_FILE);
    Files.writeString(errors, "#\n# A fatal error\n#\n#  SIGSEGV (0xb) at pc=0x1, pid=1, tid=1\n");
    assertThat(Remains.in(folder)).isEqualTo(Remains.CRASH);
    Files.writeString(errors, "#\n#  SIGSEGV (0xb) at pc=0x1 (sent by kill), pid=1, tid=1\n");
    assertThat(Remains.in(folder)).isEqualTo(Remains.CRASH_BY_SIGNAL);
    Files.writeString(errors, "#" + "x".repeat(1 << 20) + "\n# (sent by kill)\n");
    assertThat(Remains.in(folder)).as("beyond the head").isEqualTo(Remains.CRASH);
    Files.createFile(folder.resolve(Remains.HEAP_DUMP_FILE));
    assertThat(Remains.in(folder)).isEqualTo(Remains.HEAP_DUMP);
  }
}
