package dev.percore.worker.http.parse;

/// The grammar `uri-host [ ":" port ]` of the Host field and of an authority, without user
/// information. An empty host is refused: no http URI has one (RFC 9110, section 4.2.1).
final class HostSyntax {
  private static final int PORT_MAX = 65_535;

  private HostSyntax() {}

  static boolean isValid(byte[] octets, int from, int to) {
    int hostEnd =
        from < to && octets[from] == '['
            ? afterLiteral(octets, from, to)
            : afterName(octets, from, to);
    return hostEnd > from && (hostEnd == to || isPort(octets, hostEnd, to));
  }

  // Only IPv6 addresses; "IPvFuture" has no future yet.
  private static int afterLiteral(byte[] octets, int from, int to) {
    int i = from + 1;
    while (i < to && (Octets.hex(octets[i]) >= 0 || octets[i] == ':' || octets[i] == '.')) {
      i++;
    }
    return i < to && i > from + 1 && octets[i] == ']' ? i + 1 : from;
  }

  private static int afterName(byte[] octets, int from, int to) {
    int i = from;
    while (i < to) {
      if (Octets.is(octets[i], Octets.HOST)) {
        i++;
      } else if (octets[i] == '%'
          && i + 2 < to
          && Octets.hex(octets[i + 1]) >= 0
          && Octets.hex(octets[i + 2]) >= 0) {
        i += 3;
      } else {
        break;
      }
    }
    return i;
  }

  private static boolean isPort(byte[] octets, int colon, int to) {
    if (octets[colon] != ':' || to - colon > 6) {
      return false;
    }
    int port = 0;
    for (int i = colon + 1; i < to; i++) {
      if (!Octets.isDigit(octets[i])) {
        return false;
      }
      port = 10 * port + octets[i] - '0';
    }
    return port <= PORT_MAX;
  }
}
