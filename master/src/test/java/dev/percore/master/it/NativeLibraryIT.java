package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Netty would unpack its library into the folder for temporary files without a word, if it did not
/// find it elsewhere.
final class NativeLibraryIT {
  @TempDir private Path folder;

  @Test
  void allProcessesMapTheLibraryOfTheDistribution() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1")) {
      for (long pid : new long[] {server.masterPid(), server.worker(0).pid()}) {
        assertThat(Files.readAllLines(Path.of("/proc/" + pid + "/maps")))
            .filteredOn(line -> line.contains("libnetty"))
            .isNotEmpty()
            .allSatisfy(line -> assertThat(line).contains("/lib/native/libnetty_transport"));
      }
    }
  }
}
