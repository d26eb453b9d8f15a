package dev.percore.worker.calc.map;

import dev.percore.worker.api.Body;
import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.Exchange;
import dev.percore.worker.http.RequestLines;
import dev.percore.worker.http.ResponseStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// An exchange whose answer the test looks at. For one thread.
final class FakeExchange implements Exchange {
  private static final JsonMapper JSON = new JsonMapper();

  private final Request request;
  private final @Nullable RequestLines lines;
  private final FakeStream stream;
  private @Nullable Response answer;
  private @Nullable Runnable whenGone;

  /// @param lines of the body, if it is taken while it arrives
  FakeExchange(Request request, @Nullable RequestLines lines, FakeStream stream) {
    this.request = request;
    this.lines = lines;
    this.stream = stream;
  }

  @Override
  public @Nullable RequestLines lines() {
    return lines;
  }

  boolean isAnswered() {
    return answer != null;
  }

  @Override
  public Request request() {
    return request;
  }

  @Override
  public ResponseStream stream(Response head) {
    answer = head;
    return stream;
  }

  @Override
  public void respond(Response response) {
    answer = response;
  }

  @Override
  public void onClientGone(Runnable action) {
    whenGone = action;
  }

  void hangUp() {
    Runnable action = whenGone;
    if (action != null) {
      action.run();
    }
  }

  private Response answer() {
    Response given = answer;
    if (given == null) {
      throw new AssertionError("there is no answer");
    }
    return given;
  }

  int status() {
    return answer().status();
  }

  String contentType() {
    return answer().headers().getFirst().value();
  }

  String problem() {
    byte[] document = ((Body.Bytes) answer().body()).bytes();
    return JSON.readTree(document).get("type").asString().substring("/problems/".length());
  }
}
