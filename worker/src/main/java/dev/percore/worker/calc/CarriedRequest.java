package dev.percore.worker.calc;

import dev.percore.protocol.peer.PeerMessage.Field;
import dev.percore.worker.api.Request;
import dev.percore.worker.handoff.Call;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What another worker has passed on of a request: all that a function's arguments are read from.
final class CarriedRequest implements Request {
  private final Call call;
  private final Map<String, List<String>> query = new LinkedHashMap<>();

  CarriedRequest(Call call) {
    this.call = call;
    for (Field each : call.query()) {
      query.computeIfAbsent(each.name(), _ -> new ArrayList<>()).add(each.value());
    }
  }

  @Override
  public String method() {
    return call.method();
  }

  @Override
  public String path() {
    return "/calc/" + call.function();
  }

  @Override
  public String rawPath() {
    return path();
  }

  @Override
  public String rawQuery() {
    throw new UnsupportedOperationException("only the decoded parameters are carried");
  }

  @Override
  public Map<String, List<String>> query() {
    return query;
  }

  @Override
  public @Nullable String header(String name) {
    return name.equalsIgnoreCase("Content-Type") && !call.contentType().isEmpty()
        ? call.contentType()
        : null;
  }

  @Override
  public List<String> headers(String name) {
    String value = header(name);
    return value == null ? List.of() : List.of(value);
  }

  @Override
  public byte[] body() {
    return call.body();
  }

  @Override
  public String remoteAddress() {
    return "unix:";
  }
}
