package dev.percore.worker.http.parse;

/// Reads the request line, octet after octet and on from wherever it had to pause, so that it does
/// not matter how the octets were split on their way. For one thread.
final class RequestLineParser {
  private static final byte[] NAME = {'H', 'T', 'T', 'P', '/'};
  private static final int MAJOR = 5;
  private static final int DOT = 6;
  private static final int MINOR = 7;

  private enum Stage {
    METHOD,
    PATH,
    QUERY,
    VERSION,
    CARRIAGE_RETURN,
    LINE_FEED
  }

  private final int limit;

  private Stage stage = Stage.METHOD;
  private int position;
  private int targetStart;
  private int queryMark = -1;
  private boolean irregular;
  private boolean queryPercent;
  private int versionStart;
  private String method = "";
  private RequestTarget target = RequestTarget.ROOT;
  private boolean http10;

  /// @param limit longest line, in bytes without its end
  RequestLineParser(int limit) {
    this.limit = limit;
  }

  /// Makes ready for the next line.
  void reset() {
    stage = Stage.METHOD;
    position = 0;
    queryMark = -1;
    irregular = false;
    queryPercent = false;
  }

  /// Reads on.
  ///
  /// @param base where the line begins
  /// @param end where the octets end that have arrived
  /// @return whether the line is complete
  boolean parse(byte[] octets, int base, int end) throws RequestRejectedException {
    int stop = (int) Math.min(end, (long) base + limit);
    boolean complete =
        (stage != Stage.METHOD || readMethod(octets, base, stop))
            && (stage != Stage.PATH || readPath(octets, base, stop))
            && (stage != Stage.QUERY || readQuery(octets, base, stop))
            && (stage != Stage.VERSION || readVersion(octets, base, stop))
            && readLineEnd(octets, base, end);
    if (!complete && base + position < end) {
      throw RequestRejectedException.requestLineTooLong(limit);
    }
    return complete;
  }

  /// Length of the line so far, when it is complete with its end.
  int length() {
    return position;
  }

  String method() {
    return method;
  }

  RequestTarget target() {
    return target;
  }

  boolean http10() {
    return http10;
  }

  private boolean readMethod(byte[] octets, int base, int stop) throws RequestRejectedException {
    int i = base + position;
    while (i < stop && Octets.is(octets[i], Octets.TOKEN)) {
      i++;
    }
    position = i - base;
    if (i == stop) {
      return false;
    }
    if (octets[i] != ' ' || i == base) {
      throw RequestRejectedException.malformed("The request line does not begin with a method.");
    }
    method = Methods.name(octets, base, i);
    position++;
    targetStart = position;
    stage = Stage.PATH;
    return true;
  }

  private boolean readPath(byte[] octets, int base, int stop) throws RequestRejectedException {
    int i = base + position;
    for (; i < stop; i++) {
      byte octet = octets[i];
      if (Octets.is(octet, Octets.PATH)) {
        continue;
      }
      if (octet == ' ') {
        endTarget(octets, base, i);
        return true;
      }
      if (octet == '?') {
        queryMark = i - base;
        position = queryMark + 1;
        stage = Stage.QUERY;
        return true;
      }
      if (octet == '.') {
        irregular |= octets[i - 1] == '/';
      } else if (octet == '%' || octet == '[' || octet == ']') {
        irregular = true;
      } else {
        throw RequestRejectedException.malformed("The path has a forbidden character.");
      }
    }
    position = i - base;
    return false;
  }

  private boolean readQuery(byte[] octets, int base, int stop) throws RequestRejectedException {
    int i = base + position;
    for (; i < stop; i++) {
      byte octet = octets[i];
      if (Octets.is(octet, Octets.QUERY)) {
        continue;
      }
      if (octet == ' ') {
        endTarget(octets, base, i);
        return true;
      }
      if (octet != '%') {
        throw RequestRejectedException.malformed("The query has a forbidden character.");
      }
      queryPercent = true;
    }
    position = i - base;
    return false;
  }

  private void endTarget(byte[] octets, int base, int end) throws RequestRejectedException {
    if (end == base + targetStart) {
      throw RequestRejectedException.malformed("The request line has no target.");
    }
    if (method.equals("CONNECT")) {
      throw RequestRejectedException.notImplemented("This server is no proxy.");
    }
    int mark = queryMark < 0 ? -1 : base + queryMark;
    target =
        RequestTarget.parse(
            method,
            octets,
            base + targetStart,
            end,
            new RequestTarget.Scan(mark, irregular, queryPercent));
    versionStart = end - base + 1;
    position = versionStart;
    stage = Stage.VERSION;
  }

  private boolean readVersion(byte[] octets, int base, int stop) throws RequestRejectedException {
    for (; position - versionStart <= MINOR; position++) {
      int i = base + position;
      if (i >= stop) {
        return false;
      }
      int index = position - versionStart;
      boolean fits =
          switch (index) {
            case MAJOR, MINOR -> Octets.isDigit(octets[i]);
            case DOT -> octets[i] == '.';
            default -> octets[i] == NAME[index];
          };
      if (!fits) {
        throw RequestRejectedException.malformed(
            "The request line does not end in HTTP/1.1 or HTTP/1.0.");
      }
    }
    byte major = octets[base + versionStart + MAJOR];
    if (major != '1') {
      throw RequestRejectedException.versionNotSupported();
    }
    // RFC 9110, section 2.5: a higher minor version is taken for the highest that we know.
    http10 = octets[base + versionStart + MINOR] == '0';
    stage = Stage.CARRIAGE_RETURN;
    return true;
  }

  // The line's end does not count for the limit.
  private boolean readLineEnd(byte[] octets, int base, int end) throws RequestRejectedException {
    while (base + position < end) {
      boolean last = stage == Stage.LINE_FEED;
      if (octets[base + position] != (last ? '\n' : '\r')) {
        throw RequestRejectedException.malformed("The request line does not end in CR LF.");
      }
      position++;
      if (last) {
        return true;
      }
      stage = Stage.LINE_FEED;
    }
    return false;
  }
}
