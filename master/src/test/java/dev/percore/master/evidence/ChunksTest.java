package dev.percore.master.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChunksTest {
  private static final int STATE_AT = 64;

  @TempDir private Path folder;

  @Test
  void anUnfinishedChunkIsFinishedAndWhatIsNoneIsLeftOut() throws IOException {
    byte[] chunk = record();
    Files.createDirectories(folder.resolve("jfr/1"));
    Files.write(folder.resolve("jfr/1/a.jfr"), chunk);
    byte[] unfinished = chunk.clone();
    unfinished[STATE_AT] = 5;
    Files.write(folder.resolve("jfr/1/b.jfr"), unfinished);
    byte[] torn = chunk.clone();
    torn[STATE_AT] = (byte) 255;
    Files.write(folder.resolve("jfr/1/c.jfr"), torn);
    Files.writeString(folder.resolve("jfr/1/d.jfr"), "FLR");
    Path joined = folder.resolve("joined.jfr");

    Chunks.join(folder.resolve("jfr"), joined, Long.MAX_VALUE);

    int events = RecordingFile.readAllEvents(folder.resolve("one.jfr")).size();
    assertThat(RecordingFile.readAllEvents(joined)).hasSize(2 * events);
  }

  @Test
  void withoutAUsableChunkThereIsNoRecording() throws IOException {
    Files.createDirectories(folder.resolve("jfr"));
    Files.write(folder.resolve("jfr/a.jfr"), new byte[100]);
    Path joined = folder.resolve("joined.jfr");
    Chunks.join(folder.resolve("jfr"), joined, Long.MAX_VALUE);
    assertThat(joined).doesNotExist();
  }

  @Test
  void whatIsTooLargeIsLeftOut() throws IOException {
    byte[] chunk = record();
    Files.createDirectories(folder.resolve("jfr"));
    Files.write(folder.resolve("jfr/a.jfr"), chunk);
    Files.write(folder.resolve("jfr/b.jfr"), chunk);
    Path joined = folder.resolve("joined.jfr");
    Chunks.join(folder.resolve("jfr"), joined, 2 * chunk.length - 1);
    assertThat(joined).hasSize(chunk.length);
  }

  private byte[] record() throws IOException {
    Path file = folder.resolve("one.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.JavaThreadStatistics");
      recording.start();
      recording.stop();
      recording.dump(file);
    }
    return Files.readAllBytes(file);
  }
}
