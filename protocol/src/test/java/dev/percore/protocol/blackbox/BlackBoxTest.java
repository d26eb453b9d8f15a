package dev.percore.protocol.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.percore.protocol.blackbox.BlackBox.InFlight;
import dev.percore.protocol.posix.MemoryFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BlackBoxTest {
  @TempDir private Path folder;
  private Path file = Path.of("");
  private BlackBoxWriter writer = BlackBoxWriter.unread();

  @BeforeEach
  void open() throws IOException {
    file = Files.createFile(folder.resolve("box"));
    BlackBoxWriter.format(file);
    writer = BlackBoxWriter.open(file);
  }

  @Test
  void requestsAreReadBackInTheOrderOfTheirAge() throws IOException {
    Instant now = Instant.now();
    long nanos = System.nanoTime();
    int newer = writer.begin("GET", "/calc/pi", nanos);
    writer.reached(newer, Stage.ASIDE);
    writer.begin("POST", "/upload", nanos - Duration.ofSeconds(5).toNanos());

    BlackBox box = BlackBox.read(file);

    assertThat(box.requests())
        .extracting(InFlight::method, InFlight::path, InFlight::stage)
        .containsExactly(
            tuple("POST", "/upload", Stage.ON_LOOP), tuple("GET", "/calc/pi", Stage.ASIDE));
    assertThat(Duration.between(box.requests().getFirst().startedAt(), now))
        .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(6));
  }

  @Test
  void whatHasEndedIsForgotten() throws IOException {
    for (int i = 0; i < 3 * Layout.CELLS; i++) {
      writer.end(writer.begin("GET", "/" + i, 0));
    }
    assertThat(BlackBox.read(file).requests()).isEmpty();
  }

  @Test
  void aCellIsUsedForTheSameAndForOthers() throws IOException {
    String endless = "/" + "x".repeat(1000);
    for (String method : List.of("GET", "POST", "GET")) {
      for (String path : List.of("/a", "/a", "/longer", "/longer", endless, endless, "/a")) {
        int cell = writer.begin(method, path, 0);
        InFlight noted = BlackBox.read(file).requests().getFirst();
        assertThat(noted.method()).isEqualTo(method);
        assertThat(noted.path())
            .isEqualTo(path.substring(0, Math.min(path.length(), Layout.TARGET_MAX)));
        writer.end(cell);
      }
    }
  }

  @Test
  void requestsBeyondTheCellsAreCounted() throws IOException {
    int[] cells = new int[Layout.CELLS + 2];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = writer.begin("GET", "/", i);
      writer.reached(cells[i], Stage.ASIDE);
    }
    assertThat(BlackBox.read(file).requests()).hasSize(Layout.CELLS);
    assertThat(BlackBox.read(file).unrecorded()).isEqualTo(2);

    for (int cell : cells) {
      writer.end(cell);
    }
    assertThat(BlackBox.read(file).requests()).isEmpty();
    assertThat(BlackBox.read(file).unrecorded()).isZero();
  }

  @Test
  void longTextsAreCutAndOddCharactersReplaced() throws IOException {
    writer.begin("A-METHOD-BEYOND-ALL-MEASURE", "/\u00e4\u001b" + "x".repeat(1000), 0);

    InFlight request = BlackBox.read(file).requests().getFirst();

    assertThat(request.method()).isEqualTo("A-METHOD-BEYOND-");
    assertThat(request.path()).hasSize(Layout.TARGET_MAX).startsWith("/??xx");
  }

  @Test
  void theLogIsReadBack() throws IOException {
    log("one\n");
    log("two \u20ac\n");
    assertThat(BlackBox.read(file).log()).isEqualTo("one\ntwo \u20ac\n");
  }

  @Test
  void theOldestLinesGiveWay() throws IOException {
    for (int i = 0; i < 10_000; i++) {
      log("this is line number " + i + "\n");
    }
    String log = BlackBox.read(file).log();
    assertThat(log).startsWith("this is line number ").endsWith("number 9999\n");
    assertThat(log.length()).isBetween(Layout.RING_BYTES - 30, Layout.RING_BYTES);
    assertThat(log.lines()).allMatch(line -> line.matches("this is line number \\d+"));
  }

  @Test
  void aHugeEntryIsCut() throws IOException {
    log("before\n");
    log("x".repeat(Layout.RING_BYTES) + "\n");
    log("after\n");
    String log = BlackBox.read(file).log();
    assertThat(log).hasSizeLessThan(BlackBoxWriter.LOG_ENTRY_MAX + 100);
    assertThat(log.lines()).startsWith("before").endsWith("\t... (cut)", "after");
  }

  @Test
  void aDeathInTheMiddleOfAnEntryLeavesTheOthersWhole() throws IOException {
    for (int i = 0; i < 3000; i++) {
      log("this is line number " + i + "\n");
    }
    ByteBuffer box = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
    long written = box.getLong(Layout.LOG_WRITTEN_AT);
    // An entry of 1000 bytes was announced, and some of it written.
    box.putLong(Layout.LOG_RESERVED_AT, written + 1000);
    for (int i = 0; i < 500; i++) {
      box.put(Layout.RING_AT + (int) ((written + i) % Layout.RING_BYTES), (byte) '#');
    }
    String log = BlackBox.of(box).log();
    assertThat(log).endsWith("number 2999\n").hasSizeGreaterThan(Layout.RING_BYTES - 1100);
    assertThat(log.lines()).allMatch(line -> line.matches("this is line number \\d+"));
  }

  @Test
  void aFileThatIsNoBlackBoxIsAnEmptyOne() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "no box");
    assertThat(BlackBox.read(other).requests()).isEmpty();
    assertThat(BlackBox.read(other).log()).isEmpty();
  }

  @Test
  void aMemoryFileServesAsWell() throws IOException {
    try (MemoryFile memory = MemoryFile.create("test")) {
      BlackBoxWriter.format(memory.path());
      BlackBoxWriter.open(memory.path()).begin("GET", "/", 0);
      assertThat(BlackBox.read(memory.path()).requests()).hasSize(1);
    }
  }

  /// Whatever a dying process left there.
  @Property(tries = 300)
  void noBytesMakeTheReaderFail(
      @ForAll @Size(value = 40) byte[] head, @ForAll @Size(min = 1, max = 50) byte[] rest) {
    ByteBuffer box = ByteBuffer.allocate(Layout.BYTES).order(ByteOrder.nativeOrder());
    for (int at = 0; at < Layout.BYTES; at++) {
      box.put(at, rest[at % rest.length]);
    }
    for (int cell = 0; cell < Layout.CELLS; cell++) {
      box.putInt(Layout.cellAt(cell) + Layout.STAGE_AT, cell % 5);
    }
    box.put(Layout.BASE_MILLIS_AT, head);
    box.putLong(Layout.MAGIC_AT, Layout.MAGIC);

    BlackBox read = BlackBox.of(box);

    assertThat(read.requests()).hasSizeBetween(1, Layout.CELLS);
    assertThat(read.unrecorded()).isNotNegative();
    assertThat(read.log().length()).isLessThanOrEqualTo(Layout.RING_BYTES);
  }

  private void log(String entry) {
    writer.log(entry.getBytes(StandardCharsets.UTF_8));
  }
}
