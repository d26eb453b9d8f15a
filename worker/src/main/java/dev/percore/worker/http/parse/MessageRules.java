package dev.percore.worker.http.parse;

/// What the header fields say about the message itself: where its body ends, and whether the
/// connection lives on. The rules against request smuggling are here (RFC 9112, section 6).
///
/// @param chunked whether the body comes in chunks
/// @param contentLength length of the body otherwise; 0 if none is announced
/// @param keepAlive whether the client wants to go on after this request
/// @param expectContinue whether the client waits for `100 Continue` before it sends the body
record MessageRules(
    boolean chunked, long contentLength, boolean keepAlive, boolean expectContinue) {

  private static final int LENGTH_DIGITS_MAX = 18;

  /// Applies the rules to the fields of a head.
  ///
  /// @param octets the head
  /// @param offsets relative to the octets, as in [FieldSectionParser#takeOffsets]
  static MessageRules of(byte[] octets, int[] offsets, boolean http10)
      throws RequestRejectedException {
    Reader reader = new Reader(octets, http10);
    for (int i = 0; i < offsets.length; i += FieldSectionParser.STRIDE) {
      reader.read(offsets[i], offsets[i + 1], offsets[i + 2], offsets[i + 3]);
    }
    return reader.finish();
  }

  /// Whether there is anything to read after the head.
  boolean hasBody() {
    return chunked || contentLength > 0;
  }

  /// How large a body that is held whole can become.
  ///
  /// @param limit of the server
  /// @throws RequestRejectedException if more than that was announced
  int bodyMax(int limit) throws RequestRejectedException {
    if (contentLength > limit) {
      throw RequestRejectedException.bodyTooLarge(limit);
    }
    return chunked ? limit : (int) contentLength;
  }

  private static final class Reader {
    private final byte[] octets;
    private final boolean http10;
    private int hosts;
    private boolean chunked;
    private long contentLength = -1;
    private boolean close;
    private boolean keepAlive;
    private boolean expectContinue;

    Reader(byte[] octets, boolean http10) {
      this.octets = octets;
      this.http10 = http10;
    }

    void read(int nameStart, int nameEnd, int from, int to) throws RequestRejectedException {
      switch (nameEnd - nameStart) {
        case 4 -> {
          if (Octets.equalsIgnoreCase(octets, nameStart, nameEnd, "host")) {
            readHost(from, to);
          }
        }
        case 6 -> {
          if (!http10 && Octets.equalsIgnoreCase(octets, nameStart, nameEnd, "expect")) {
            readExpect(from, to);
          }
        }
        case 10 -> {
          if (Octets.equalsIgnoreCase(octets, nameStart, nameEnd, "connection")) {
            readConnection(from, to);
          }
        }
        case 14 -> {
          if (Octets.equalsIgnoreCase(octets, nameStart, nameEnd, "content-length")) {
            readContentLength(from, to);
          }
        }
        case 17 -> {
          if (Octets.equalsIgnoreCase(octets, nameStart, nameEnd, "transfer-encoding")) {
            readTransferEncoding(from, to);
          }
        }
        default -> {}
      }
    }

    MessageRules finish() throws RequestRejectedException {
      if (hosts == 0 && !http10) {
        throw RequestRejectedException.malformed("An HTTP/1.1 request needs a Host field.");
      }
      if (chunked && contentLength >= 0) {
        throw RequestRejectedException.malformed(
            "The request has both Transfer-Encoding and Content-Length.");
      }
      return new MessageRules(
          chunked, Math.max(contentLength, 0), !close && (!http10 || keepAlive), expectContinue);
    }

    private void readHost(int from, int to) throws RequestRejectedException {
      hosts++;
      if (hosts > 1) {
        throw RequestRejectedException.malformed("The request has more than one Host field.");
      }
      if (!HostSyntax.isValid(octets, from, to)) {
        throw RequestRejectedException.malformed("The Host field is not a valid host and port.");
      }
    }

    private void readExpect(int from, int to) throws RequestRejectedException {
      if (!Octets.equalsIgnoreCase(octets, from, to, "100-continue")) {
        throw RequestRejectedException.expectationFailed();
      }
      expectContinue = true;
    }

    private void readConnection(int from, int to) {
      if (Octets.equalsIgnoreCase(octets, from, to, "keep-alive")) {
        keepAlive = true;
        return;
      }
      for (int start = from; start <= to; ) {
        int comma = commaOrEnd(start, to);
        int first = skipSpace(start, comma);
        int last = dropSpace(first, comma);
        close |= Octets.equalsIgnoreCase(octets, first, last, "close");
        keepAlive |= Octets.equalsIgnoreCase(octets, first, last, "keep-alive");
        start = comma + 1;
      }
    }

    // Also a second field of the same value is refused, and a list: no honest client sends them.
    private void readContentLength(int from, int to) throws RequestRejectedException {
      if (contentLength >= 0) {
        throw RequestRejectedException.malformed(
            "The request has more than one Content-Length field.");
      }
      if (from == to || to - from > LENGTH_DIGITS_MAX) {
        throw RequestRejectedException.malformed("The Content-Length is not a valid number.");
      }
      long length = 0;
      for (int i = from; i < to; i++) {
        if (!Octets.isDigit(octets[i])) {
          throw RequestRejectedException.malformed("The Content-Length is not a valid number.");
        }
        length = 10 * length + octets[i] - '0';
      }
      contentLength = length;
    }

    private void readTransferEncoding(int from, int to) throws RequestRejectedException {
      if (http10) {
        throw RequestRejectedException.malformed("HTTP/1.0 knows no Transfer-Encoding.");
      }
      if (chunked) {
        throw RequestRejectedException.malformed(
            "The request has more than one Transfer-Encoding field.");
      }
      if (!Octets.equalsIgnoreCase(octets, from, to, "chunked")) {
        throw unknownCoding(from, to);
      }
      chunked = true;
    }

    // Codings that we do not know are not implemented; a misplaced or decorated `chunked`, or what
    // is no coding at all, is an attempt to confuse.
    private RequestRejectedException unknownCoding(int from, int to) {
      for (int start = from; start <= to; ) {
        int comma = commaOrEnd(start, to);
        int first = skipSpace(start, comma);
        int last = dropSpace(first, comma);
        boolean misplaced = comma < to && Octets.equalsIgnoreCase(octets, first, last, "chunked");
        if (misplaced || !isToken(first, last)) {
          return RequestRejectedException.malformed("The Transfer-Encoding is not valid.");
        }
        start = comma + 1;
      }
      return RequestRejectedException.notImplemented(
          "The only transfer coding that is understood here is chunked.");
    }

    private int commaOrEnd(int from, int to) {
      int i = from;
      while (i < to && octets[i] != ',') {
        i++;
      }
      return i;
    }

    private int skipSpace(int from, int to) {
      int i = from;
      while (i < to && isSpace(octets[i])) {
        i++;
      }
      return i;
    }

    private int dropSpace(int from, int to) {
      int i = to;
      while (i > from && isSpace(octets[i - 1])) {
        i--;
      }
      return i;
    }

    private boolean isToken(int from, int to) {
      for (int i = from; i < to; i++) {
        if (!Octets.is(octets[i], Octets.TOKEN)) {
          return false;
        }
      }
      return from < to;
    }

    private static boolean isSpace(byte octet) {
      return octet == ' ' || octet == '\t';
    }
  }
}
