package dev.percore.worker.http.parse;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request target in its parts (RFC 9112, section 3.2).
///
/// @param path decoded and without dot segments, or `*`
/// @param query the parameters where decoding them could fail, so that it failed early; else null
/// @param authority host and port of the absolute form, else null
record RequestTarget(
    String path,
    String rawPath,
    String rawQuery,
    @Nullable Map<String, List<String>> query,
    @Nullable String authority) {

  static final RequestTarget ROOT = new RequestTarget("/", "/", "", null, null);

  private static final String HTTP = "http://";
  private static final String HTTPS = "https://";

  /// What the scan over the target's octets, all of them allowed, has noticed.
  ///
  /// @param queryMark position of the question mark, or -1
  /// @param irregular the path has a percent sign, a bracket, or a dot after a slash
  /// @param queryPercent the query has a percent sign
  record Scan(int queryMark, boolean irregular, boolean queryPercent) {}

  static RequestTarget parse(String method, byte[] octets, int from, int to, Scan scan)
      throws RequestRejectedException {
    int pathEnd = scan.queryMark < 0 ? to : scan.queryMark;
    String rawQuery = scan.queryMark < 0 ? "" : ascii(octets, pathEnd + 1, to);
    if (octets[from] == '/') {
      return of(ascii(octets, from, pathEnd), rawQuery, scan, null);
    }
    if (octets[from] == '*' && to - from == 1) {
      if (method.equals("OPTIONS")) {
        return new RequestTarget("*", "*", "", null, null);
      }
      throw RequestRejectedException.malformed("The target * is for OPTIONS alone.");
    }
    return absolute(method, octets, from, pathEnd, rawQuery, scan);
  }

  private static RequestTarget absolute(
      String method, byte[] octets, int from, int pathEnd, String rawQuery, Scan scan)
      throws RequestRejectedException {
    int authorityStart = from + schemeLength(octets, from, pathEnd);
    int authorityEnd = authorityStart;
    while (authorityEnd < pathEnd && octets[authorityEnd] != '/') {
      authorityEnd++;
    }
    if (authorityStart == from || !HostSyntax.isValid(octets, authorityStart, authorityEnd)) {
      throw RequestRejectedException.malformed(
          "The target is neither a path nor an http URI with a valid host.");
    }
    String authority = ascii(octets, authorityStart, authorityEnd);
    String rawPath = ascii(octets, authorityEnd, pathEnd);
    if (rawPath.isEmpty()) {
      boolean asterisk = method.equals("OPTIONS") && scan.queryMark < 0;
      rawPath = asterisk ? "*" : "/";
    }
    return of(rawPath, rawQuery, scan, authority);
  }

  private static int schemeLength(byte[] octets, int from, int to) {
    for (String scheme : List.of(HTTP, HTTPS)) {
      int length = scheme.length();
      if (to - from >= length && Octets.equalsIgnoreCase(octets, from, from + length, scheme)) {
        return length;
      }
    }
    return 0;
  }

  private static RequestTarget of(
      String rawPath, String rawQuery, Scan scan, @Nullable String authority)
      throws RequestRejectedException {
    String path = scan.irregular ? decode(rawPath) : rawPath;
    return new RequestTarget(
        path, rawPath, rawQuery, scan.queryPercent ? QueryString.parse(rawQuery) : null, authority);
  }

  private static String decode(String rawPath) throws RequestRejectedException {
    if (rawPath.indexOf('[') >= 0 || rawPath.indexOf(']') >= 0) {
      throw RequestRejectedException.malformed("The path has a bracket that is not encoded.");
    }
    String path = rawPath.indexOf('%') < 0 ? rawPath : PercentDecoder.decodePath(rawPath);
    return path.contains("/.") ? withoutDotSegments(path) : path;
  }

  // RFC 3986, section 5.2.4, for a path that begins with a slash.
  private static String withoutDotSegments(String path) {
    ArrayDeque<String> kept = new ArrayDeque<>();
    String last = "";
    for (Iterator<String> segments = List.of(path.substring(1).split("/", -1)).iterator();
        segments.hasNext(); ) {
      last = segments.next();
      if (last.equals("..")) {
        kept.pollLast();
      } else if (!last.equals(".")) {
        kept.addLast(last);
      }
    }
    if (last.equals(".") || last.equals("..")) {
      kept.addLast("");
    }
    return "/" + String.join("/", kept);
  }

  private static String ascii(byte[] octets, int from, int to) {
    return new String(octets, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
