package dev.percore.worker.http.parse;

import dev.percore.config.ServerConfig;
import java.util.Arrays;

/// Reads a section of field lines up to the empty line that ends it: the headers, or the trailers
/// of a chunked body. It reads octet after octet and on from wherever it had to pause. No folding,
/// no bare CR or LF, no control characters, no space before the colon. For one thread.
final class FieldSectionParser {
  /// Numbers kept for each field: where its name begins and ends, where its value begins and ends.
  static final int STRIDE = 4;

  private static final int[] NONE = {};

  private enum Stage {
    LINE_START,
    NAME,
    LEADING_SPACE,
    VALUE,
    LINE_FEED,
    LAST_LINE_FEED
  }

  private final int sizeLimit;
  private final int countLimit;
  private final OffsetRoom room;

  private Stage stage = Stage.LINE_START;
  private int origin;
  private int position;
  private int[] offsets = NONE; // borrowed from the room while there are some
  private int count;

  /// @param limits for the bytes of a section, with its end, and for the number of its fields
  FieldSectionParser(ServerConfig.Limits limits, OffsetRoom room) {
    sizeLimit = limits.headers();
    countLimit = limits.headerCount();
    this.room = room;
  }

  /// Makes ready for the next section.
  ///
  /// @param origin where it begins, relative to the base given to [#parse]
  void reset(int origin) {
    this.origin = origin;
    position = origin;
    count = 0;
    stage = Stage.LINE_START;
  }

  /// Where reading stands, relative to the base: when complete, the end of the section.
  int position() {
    return position;
  }

  /// Where names and values lie, relative to the base, [#STRIDE] numbers for each field. To be
  /// called once, when the section is complete.
  int[] takeOffsets() {
    int[] taken = Arrays.copyOf(offsets, count * STRIDE);
    giveBack();
    return taken;
  }

  /// Gives its room back. To be called when nobody wants to know where the fields lie, and when
  /// nothing is read any more.
  void giveBack() {
    if (offsets.length > 0) {
      room.give(offsets);
      offsets = NONE;
    }
  }

  /// Reads on.
  ///
  /// @param end where the octets end that have arrived
  /// @return whether the section is complete
  boolean parse(byte[] octets, int base, int end) throws RequestRejectedException {
    int stop = (int) Math.min(end, (long) base + origin + sizeLimit);
    while (base + position < stop) {
      switch (stage) {
        case LINE_START -> startLine(octets[base + position]);
        case NAME -> readName(octets, base, stop);
        case LEADING_SPACE -> skipSpace(octets, base, stop);
        case VALUE -> readValue(octets, base, stop);
        case LINE_FEED -> {
          expectLineFeed(octets[base + position]);
          stage = Stage.LINE_START;
        }
        case LAST_LINE_FEED -> {
          expectLineFeed(octets[base + position]);
          return true;
        }
      }
    }
    if (stop < end) {
      throw RequestRejectedException.headersTooLarge(
          "The header or trailer fields are larger than " + sizeLimit + " bytes together.");
    }
    return false;
  }

  private void startLine(byte octet) throws RequestRejectedException {
    if (octet == '\r') {
      position++;
      stage = Stage.LAST_LINE_FEED;
      return;
    }
    if (octet == ' ' || octet == '\t') {
      throw RequestRejectedException.malformed(
          "A field line begins with white space; folded lines are not served.");
    }
    if (count == countLimit) {
      throw RequestRejectedException.headersTooLarge(
          "There are more than " + countLimit + " header or trailer fields.");
    }
    if ((count + 1) * STRIDE > offsets.length) {
      offsets = offsets.length == 0 ? room.take() : Arrays.copyOf(offsets, 2 * offsets.length);
    }
    offsets[count * STRIDE] = position;
    stage = Stage.NAME;
  }

  private void readName(byte[] octets, int base, int stop) throws RequestRejectedException {
    int i = base + position;
    while (i < stop && Octets.is(octets[i], Octets.TOKEN)) {
      i++;
    }
    position = i - base;
    if (i == stop) {
      return;
    }
    if (octets[i] != ':' || position == offsets[count * STRIDE]) {
      throw RequestRejectedException.malformed(
          octets[i] == ' ' || octets[i] == '\t'
              ? "There is white space between a field's name and the colon."
              : "A field has no valid name.");
    }
    offsets[count * STRIDE + 1] = position;
    position++;
    stage = Stage.LEADING_SPACE;
  }

  private void skipSpace(byte[] octets, int base, int stop) {
    int i = base + position;
    while (i < stop && (octets[i] == ' ' || octets[i] == '\t')) {
      i++;
    }
    position = i - base;
    if (i < stop) {
      offsets[count * STRIDE + 2] = position;
      stage = Stage.VALUE;
    }
  }

  private void readValue(byte[] octets, int base, int stop) throws RequestRejectedException {
    int i = base + position;
    while (i < stop && Octets.is(octets[i], Octets.FIELD)) {
      i++;
    }
    position = i - base;
    if (i == stop) {
      return;
    }
    if (octets[i] != '\r') {
      throw RequestRejectedException.malformed("A field's value has a forbidden character.");
    }
    int valueStart = base + offsets[count * STRIDE + 2];
    while (i > valueStart && (octets[i - 1] == ' ' || octets[i - 1] == '\t')) {
      i--;
    }
    offsets[count * STRIDE + 3] = i - base;
    count++;
    position++;
    stage = Stage.LINE_FEED;
  }

  private void expectLineFeed(byte octet) throws RequestRejectedException {
    if (octet != '\n') {
      throw RequestRejectedException.malformed("A field line has a CR without LF.");
    }
    position++;
  }
}
