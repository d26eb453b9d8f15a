package dev.percore.worker.http.parse;

/// Reads a chunked body (RFC 9112, section 7.1), octet after octet and on from wherever it had to
/// pause. White space in the line of a chunk's size is refused, extensions are checked and dropped,
/// trailers too. For one thread.
final class ChunkedBodyParser {
  private static final int SIZE_DIGITS_MAX = 8;
  private static final int EXTENSION_BYTES_MAX = 4096;

  private enum Stage {
    SIZE,
    EXTENSION_NAME,
    EXTENSION_VALUE,
    QUOTED,
    QUOTED_ESCAPE,
    QUOTED_END,
    SIZE_LINE_FEED,
    DATA,
    DATA_CARRIAGE_RETURN,
    DATA_LINE_FEED,
    TRAILERS
  }

  private final FieldSectionParser trailers;

  private Stage stage = Stage.SIZE;
  private long bodyLimit;
  private long bodySize;
  private long size;
  private int sizeDigits;
  private int partLength;
  private int extensionBytes;

  ChunkedBodyParser(FieldSectionParser trailers) {
    this.trailers = trailers;
  }

  /// Makes ready for the next body.
  ///
  /// @param limit its largest size in bytes
  void reset(long limit) {
    bodyLimit = limit;
    bodySize = 0;
    beginChunk();
    extensionBytes = 0;
  }

  /// Reads on, as far as the body has room, and consumes what it has read.
  ///
  /// @return whether the body is complete, with its trailers
  boolean parse(Input in, BodySink body) throws RequestRejectedException {
    while (!in.isEmpty()) {
      switch (stage) {
        case DATA -> {
          if (!body.hasRoom()) {
            return false;
          }
          readData(in, body);
        }
        case TRAILERS -> {
          return readTrailers(in);
        }
        default -> readSyntax(in.bytes[in.start++]);
      }
    }
    return false;
  }

  private void readSyntax(byte octet) throws RequestRejectedException {
    switch (stage) {
      case SIZE -> readSize(octet);
      case EXTENSION_NAME, EXTENSION_VALUE, QUOTED, QUOTED_ESCAPE, QUOTED_END ->
          readExtension(octet);
      case SIZE_LINE_FEED -> {
        expect(octet, '\n');
        stage = size == 0 ? Stage.TRAILERS : Stage.DATA;
        trailers.reset(0);
      }
      case DATA_CARRIAGE_RETURN -> {
        expect(octet, '\r');
        stage = Stage.DATA_LINE_FEED;
      }
      case DATA_LINE_FEED -> {
        expect(octet, '\n');
        beginChunk();
      }
      case DATA, TRAILERS -> throw new IllegalStateException(stage + " is no syntax");
    }
  }

  private void beginChunk() {
    stage = Stage.SIZE;
    size = 0;
    sizeDigits = 0;
  }

  private void readSize(byte octet) throws RequestRejectedException {
    int digit = Octets.hex(octet);
    if (digit >= 0 && sizeDigits < SIZE_DIGITS_MAX) {
      size = size << 4 | digit;
      sizeDigits++;
      return;
    }
    if (sizeDigits == 0 || digit >= 0) {
      throw RequestRejectedException.malformed("A chunk's size is not valid.");
    }
    if (size > bodyLimit - bodySize) {
      throw RequestRejectedException.bodyTooLarge(bodyLimit);
    }
    endPart(octet, "A chunk's size is not valid.");
  }

  private void readExtension(byte octet) throws RequestRejectedException {
    if (++extensionBytes > EXTENSION_BYTES_MAX) {
      throw RequestRejectedException.chunkExtensionsTooLarge(EXTENSION_BYTES_MAX);
    }
    switch (stage) {
      case QUOTED -> {
        if (octet == '"') {
          stage = Stage.QUOTED_END;
        } else if (octet == '\\') {
          stage = Stage.QUOTED_ESCAPE;
        } else {
          expectText(octet);
        }
      }
      case QUOTED_ESCAPE -> {
        expectText(octet);
        stage = Stage.QUOTED;
      }
      case QUOTED_END -> endPart(octet, "A chunk's extension is not valid.");
      default -> readExtensionToken(octet);
    }
  }

  private void readExtensionToken(byte octet) throws RequestRejectedException {
    if (Octets.is(octet, Octets.TOKEN)) {
      partLength++;
    } else if (stage == Stage.EXTENSION_VALUE && partLength == 0 && octet == '"') {
      stage = Stage.QUOTED;
    } else if (partLength == 0) {
      throw RequestRejectedException.malformed("A chunk's extension is not valid.");
    } else if (stage == Stage.EXTENSION_NAME && octet == '=') {
      stage = Stage.EXTENSION_VALUE;
      partLength = 0;
    } else {
      endPart(octet, "A chunk's extension is not valid.");
    }
  }

  // After the size and after each extension: another extension, or the end of the line.
  private void endPart(byte octet, String complaint) throws RequestRejectedException {
    switch (octet) {
      case ';' -> {
        stage = Stage.EXTENSION_NAME;
        partLength = 0;
      }
      case '\r' -> stage = Stage.SIZE_LINE_FEED;
      default -> throw RequestRejectedException.malformed(complaint);
    }
  }

  private void readData(Input in, BodySink body) throws RequestRejectedException {
    int length = (int) Math.min(size, in.size());
    body.append(in.bytes, in.start, length);
    in.start += length;
    size -= length;
    bodySize += length;
    if (size == 0) {
      stage = Stage.DATA_CARRIAGE_RETURN;
    }
  }

  private boolean readTrailers(Input in) throws RequestRejectedException {
    boolean complete = trailers.parse(in.bytes, in.start, in.end);
    if (complete) {
      in.start += trailers.position();
      trailers.giveBack(); // they are dropped
    }
    return complete;
  }

  private static void expect(byte octet, char wanted) throws RequestRejectedException {
    if (octet != wanted) {
      throw RequestRejectedException.malformed("A chunk does not end in CR LF.");
    }
  }

  private static void expectText(byte octet) throws RequestRejectedException {
    if (!Octets.is(octet, Octets.FIELD)) {
      throw RequestRejectedException.malformed("A chunk's extension is not valid.");
    }
  }
}
