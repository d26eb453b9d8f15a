package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Many workers behind one port.
final class SpreadIT {

  @Test
  void everyWorkerAnswersOnTheOnePort(@TempDir Path folder) throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=3")) {
      List<Long> pids = server.workers().stream().map(WorkerInfo::pid).toList();
      assertThat(pids).hasSize(3).doesNotHaveDuplicates();
      Set<Long> answering = new HashSet<>();
      Await.until(
          "an answer of each worker",
          () -> {
            answering.add(server.get("/calc?n=1").pid());
            return answering.containsAll(pids);
          });
      assertThat(answering).containsExactlyInAnyOrderElementsOf(pids);
    }
  }

  @Test
  void aConnectionStaysWithTheWorkerThatAcceptedIt(@TempDir Path folder) throws Exception {
    try (PercoreServer server = PercoreServer.start(folder);
        RawConnection connection = server.connect()) {
      long pid = connection.get("/calc?n=1").pid();
      for (int i = 0; i < 50; i++) {
        assertThat(connection.get("/calc?n=1").pid()).isEqualTo(pid);
      }
    }
  }
}
