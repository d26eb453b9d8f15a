package dev.percore.protocol.client;

import java.io.IOException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The server has answered a call with a problem document (RFC 9457): the arguments are not valid,
/// the function failed, its time is over, or the server takes no more calls at the moment.
/// Immutable.
public final class RemoteException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final int status;
  private final String type;
  private final String title;
  private final String detail;
  private final transient JsonNode document;

  private RemoteException(int status, JsonNode document) {
    super(message(status, document));
    this.status = status;
    this.type = text(document, "type");
    this.title = text(document, "title");
    this.detail = text(document, "detail");
    this.document = document;
  }

  /// The same with the stack of whoever waited for it; where it came up is its cause.
  RemoteException(RemoteException cause) {
    super(cause.getMessage(), cause);
    this.status = cause.status;
    this.type = cause.type;
    this.title = cause.title;
    this.detail = cause.detail;
    this.document = cause.document();
  }

  /// @param problem a problem document
  static RemoteException of(JsonNode problem) {
    return new RemoteException(problem.path("status").asInt(0), problem);
  }

  /// @param answer one that is no success
  static RemoteException of(HttpAnswer answer) throws IOException {
    byte[] body = answer.body().all();
    if (answer.field("content-type").startsWith("application/problem+json")) {
      try {
        return new RemoteException(answer.status(), MAPPER.readTree(body));
      } catch (JacksonException _) {
        // The status has to do: this was no problem document after all.
      }
    }
    return new RemoteException(answer.status(), MAPPER.createObjectNode());
  }

  private static String message(int status, JsonNode document) {
    String detail = text(document, "detail");
    return "%d %s%s"
        .formatted(status, text(document, "title"), detail.isEmpty() ? "" : ": " + detail)
        .strip();
  }

  private static String text(JsonNode document, String member) {
    return document.path(member).asString("");
  }

  /// The HTTP status, 300 to 599: of the answer, or, for an element of a map, of its problem.
  public int status() {
    return status;
  }

  /// The problem type, such as `/problems/parameter-out-of-range`; empty if there is none.
  public String type() {
    return type;
  }

  /// The type in words, such as `Parameter out of range`; empty if there is none.
  public String title() {
    return title;
  }

  /// What happened this time, for people; empty if the server does not say.
  public String detail() {
    return detail;
  }

  /// The whole problem document, with members of its type such as `parameter` and `maximum`; an
  /// empty object if the server sent none, or after serialization. Not to be changed.
  public JsonNode document() {
    return document == null ? MAPPER.createObjectNode() : document;
  }

  /// Whether the time that the server gives the call was over (504).
  public boolean isTimeout() {
    return status == 504;
  }

  /// Whether the server takes no such call at the moment (429 and 503), and may later.
  public boolean isBusy() {
    return status == 429 || status == 503;
  }
}
