package dev.percore.protocol.blackbox;

import dev.percore.protocol.posix.DeathNotice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What a worker noted in its black box until it died.
///
/// @param requests in flight, the oldest first
/// @param unrecorded further requests in flight, for which there was no room
/// @param log the last entries of its log
public record BlackBox(List<InFlight> requests, long unrecorded, String log) {

  /// A request in flight.
  ///
  /// @param path its beginning, without the query
  public record InFlight(String method, String path, Instant startedAt, Stage stage) {}

  public BlackBox {
    requests = List.copyOf(requests);
  }

  /// Reads the black box of a process that has ended. Whatever is in it, this does not fail for
  /// it: the process may have died in the middle of a note, and what makes no sense is left out.
  ///
  /// @throws IOException if the file cannot be read
  public static BlackBox read(Path file) throws IOException {
    return of(ByteBuffer.wrap(Files.readAllBytes(file)));
  }

  /// The notice of the end of the process that writes into a black box.
  ///
  /// @throws IOException if the file cannot be mapped
  public static DeathNotice deathNotice(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new DeathNotice(
          channel.map(FileChannel.MapMode.READ_ONLY, 0, Layout.HEAD_BYTES), Layout.DEATH_NOTICE_AT);
    }
  }

  static BlackBox of(ByteBuffer bytes) {
    ByteBuffer box = bytes.order(ByteOrder.nativeOrder());
    if (box.limit() != Layout.BYTES || box.getLong(Layout.MAGIC_AT) != Layout.MAGIC) {
      return new BlackBox(List.of(), 0, "");
    }
    List<InFlight> requests = new ArrayList<>();
    for (int cell = 0; cell < Layout.CELLS; cell++) {
      int at = Layout.cellAt(cell);
      for (Stage stage : Stage.values()) {
        if (box.getInt(at + Layout.STAGE_AT) == stage.code()) {
          requests.add(request(box, at, stage));
        }
      }
    }
    requests.sort(Comparator.comparing(InFlight::startedAt));
    return new BlackBox(requests, Math.max(box.getLong(Layout.UNRECORDED_AT), 0), log(box));
  }

  private static InFlight request(ByteBuffer box, int at, Stage stage) {
    int methodLength = clamp(box.getShort(at + Layout.METHOD_LENGTH_AT), Layout.METHOD_MAX);
    int pathLength = clamp(box.getShort(at + Layout.TARGET_LENGTH_AT), Layout.TARGET_MAX);
    int textAt = at + Layout.TEXT_AT;
    // Milliseconds, since those of a garbled clock still make an instant.
    long age =
        Duration.ofNanos(
                box.getLong(at + Layout.START_NANOS_AT) - box.getLong(Layout.BASE_NANOS_AT))
            .toMillis();
    return new InFlight(
        text(box, textAt, methodLength),
        text(box, textAt + methodLength, pathLength),
        instant(box.getLong(Layout.BASE_MILLIS_AT), age),
        stage);
  }

  private static Instant instant(long baseMillis, long age) {
    return Instant.ofEpochMilli(baseMillis + age);
  }

  private static int clamp(int value, int max) {
    return Math.clamp(value, 0, max);
  }

  // The bytes came from a client.
  private static String text(ByteBuffer box, int at, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      byte b = box.get(at + i);
      text.append(b >= ' ' && b < 0x7f ? (char) b : '?');
    }
    return text.toString();
  }

  private static String log(ByteBuffer box) {
    long end = box.getLong(Layout.LOG_WRITTEN_AT);
    long oldest = box.getLong(Layout.LOG_RESERVED_AT) - Layout.RING_BYTES;
    long begin = Math.max(oldest, 0);
    if (end < begin || end - begin > Layout.RING_BYTES) {
      return "";
    }
    byte[] bytes = new byte[(int) (end - begin)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = box.get(Layout.RING_AT + (int) ((begin + i) % Layout.RING_BYTES));
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    // Where older bytes are gone, the first line has no beginning.
    return oldest > 0 ? text.substring(text.indexOf('\n') + 1) : text;
  }
}
