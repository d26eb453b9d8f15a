package dev.percore.worker.http.parse;

import dev.percore.worker.api.Request;
import dev.percore.worker.http.client.Peer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request as it was parsed. Its fields stay octets until they are asked for, since most never
/// are. Immutable but for what is found out lazily: the query and the client's address, whose
/// publication is safe because unmodifiable maps and texts have only final fields.
public final class ParsedRequest implements Request {
  private final String method;
  private final RequestTarget target;
  private final boolean http10;
  private final boolean keepAlive;
  private final byte[] head;
  private final int[] offsets;
  private final byte[] body;
  private final Peer peer;
  private @Nullable String remoteAddress;
  private @Nullable Map<String, List<String>> query;

  ParsedRequest(Head head, byte[] body, Peer peer) {
    method = head.method;
    target = head.target;
    http10 = head.http10;
    keepAlive = head.rules.keepAlive();
    this.head = head.octets;
    offsets = head.offsets;
    query = head.target.query();
    this.body = body;
    this.peer = peer;
  }

  /// Everything before the body.
  ///
  /// @param octets a copy that nobody else changes
  /// @param offsets relative to the octets, as in [FieldSectionParser#takeOffsets]
  record Head(
      String method,
      RequestTarget target,
      boolean http10,
      byte[] octets,
      int[] offsets,
      MessageRules rules) {}

  @Override
  public String method() {
    return method;
  }

  @Override
  public String path() {
    return target.path();
  }

  @Override
  public String rawPath() {
    return target.rawPath();
  }

  @Override
  public String rawQuery() {
    return target.rawQuery();
  }

  @Override
  public Map<String, List<String>> query() {
    Map<String, List<String>> decoded = query;
    if (decoded == null) {
      decoded = decodeQuery();
      query = decoded;
    }
    return decoded;
  }

  @Override
  public @Nullable String header(String name) {
    if (overridesHost(name)) {
      return target.authority();
    }
    for (int i = 0; i < offsets.length; i += FieldSectionParser.STRIDE) {
      if (isNamed(i, name)) {
        return value(i);
      }
    }
    return null;
  }

  @Override
  public List<String> headers(String name) {
    @Nullable String authority = target.authority();
    if (authority != null && overridesHost(name)) {
      return List.of(authority);
    }
    List<String> values = new ArrayList<>(1);
    for (int i = 0; i < offsets.length; i += FieldSectionParser.STRIDE) {
      if (isNamed(i, name)) {
        values.add(value(i));
      }
    }
    return List.copyOf(values);
  }

  @Override
  public byte[] body() {
    return body;
  }

  @Override
  public String remoteAddress() {
    String found = remoteAddress;
    if (found == null) {
      found = peer.clientOf(this);
      remoteAddress = found;
    }
    return found;
  }

  /// Whether the version is HTTP/1.0.
  public boolean http10() {
    return http10;
  }

  /// Whether the client wants to send more requests on the connection.
  public boolean keepAlive() {
    return keepAlive;
  }

  /// How much of the [MemoryBudget] it holds: head and body.
  public int heldBytes() {
    return head.length + body.length;
  }

  // RFC 9112, section 3.2.2: the authority of an absolute target takes the place of Host.
  private boolean overridesHost(String name) {
    return target.authority() != null && name.equalsIgnoreCase("host");
  }

  private boolean isNamed(int field, String name) {
    int from = offsets[field];
    if (offsets[field + 1] - from != name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (Octets.toLowerCase(head[from + i] & 0xff) != Octets.toLowerCase(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private String value(int field) {
    int from = offsets[field + 2];
    return new String(head, from, offsets[field + 3] - from, StandardCharsets.ISO_8859_1);
  }

  private Map<String, List<String>> decodeQuery() {
    try {
      return QueryString.parse(target.rawQuery());
    } catch (RequestRejectedException e) {
      // A query with a percent sign was decoded while parsing; any other cannot fail.
      throw new IllegalStateException(e);
    }
  }
}
