package dev.percore.worker.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One HTTP request, whole and valid: its body has arrived, its target is decoded. Immutable, and
/// safe to hand to another thread.
public interface Request {

  /// In capitals, as sent.
  String method();

  /// Path of the target, percent-decoded as UTF-8, dot segments removed (RFC 3986, section
  /// 5.2.4); begins with a slash.
  String path();

  /// Path of the target as sent, without the query.
  String rawPath();

  /// Query without the question mark, as sent; empty if there is none.
  String rawQuery();

  /// Parameters of the query, decoded (`application/x-www-form-urlencoded`), in their order.
  Map<String, List<String>> query();

  /// First field of that name (any case), or null.
  @Nullable String header(String name);

  /// All fields of that name (any case), in their order.
  List<String> headers(String name);

  /// The body, empty if there is none. The caller must not change it.
  byte[] body();

  /// Address of the client, without the port: of whoever connected, or, if that is one of
  /// `trusted_proxies`, of whom it speaks for. It is `unix:` for a client on a Unix socket.
  String remoteAddress();
}
