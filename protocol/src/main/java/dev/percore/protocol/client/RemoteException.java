package dev.percore.protocol.client;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The server has answered a call with a problem document (RFC 9457).
public final class RemoteException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final int status;
  private final transient JsonNode document;

  private RemoteException(int status, JsonNode document, String message) {
    super(message);
    this.status = status;
    this.document = document;
  }

  static RemoteException of(HttpAnswer answer) {
    JsonNode document = MAPPER.createObjectNode();
    if (answer.field("content-type").startsWith("application/problem+json")) {
      try {
        document = MAPPER.readTree(answer.body());
      } catch (JacksonException _) {
        // The status has to do: this was no problem document after all.
      }
    }
    String title = document.path("title").asString("");
    String detail = document.path("detail").asString("");
    String message = "%d %s: %s".formatted(answer.status(), title, detail).strip();
    return new RemoteException(answer.status(), document, message);
  }

  /// The status of the answer, 400 to 599.
  public int status() {
    return status;
  }

  /// The problem type, such as `/problems/parameter-out-of-range`; empty if there is none.
  public String type() {
    return document == null ? "" : document.path("type").asString("");
  }

  /// What happened, for people; empty if the server does not say.
  public String detail() {
    return document == null ? "" : document.path("detail").asString("");
  }

  /// The whole problem document; an empty object if the server sent none, or after serialization.
  public JsonNode document() {
    return document == null ? MAPPER.createObjectNode() : document;
  }

  /// Whether the time that the server gives a call is over (504).
  public boolean isTimeout() {
    return status == 504;
  }

  /// Whether the server refused the call without trying, for the time being (429 and 503).
  public boolean isBusy() {
    return status == 429 || status == 503;
  }
}
