package dev.percore.protocol.client;

import java.io.IOException;
import java.math.BigInteger;
import java.net.ProtocolException;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a function has returned. Immutable, as long as nobody changes the value.
///
/// @param value the result; a binary node where `mediaType` is not JSON
/// @param mediaType such as `application/json` or `image/png`
/// @param computation where and how fast; empty for an element of a map, of which the server does
///     not say it
public record Result(JsonNode value, String mediaType, Optional<Computation> computation) {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String JSON = "application/json";

  /// Reads the answer to a call.
  ///
  /// @throws RemoteException if it is a problem
  /// @throws ProtocolException if it is no answer of a server such as ours
  static Result of(HttpAnswer answer) throws IOException {
    if (!answer.isOk()) {
      throw RemoteException.of(answer);
    }
    byte[] body = answer.body().all();
    String mediaType = answer.field("content-type").split(";", 2)[0].strip();
    try {
      if (!mediaType.toLowerCase(Locale.ROOT).equals(JSON)) {
        JsonNode bytes = MAPPER.getNodeFactory().binaryNode(body);
        return new Result(bytes, mediaType, Optional.of(Computation.of(answer)));
      }
      JsonNode document = MAPPER.readTree(body);
      JsonNode value = document.get("result");
      if (value != null) {
        return new Result(value, JSON, Optional.of(Computation.of(document)));
      }
    } catch (JacksonException | NumberFormatException noAnswer) {
      throw (IOException) new ProtocolException("no answer to a call").initCause(noAnswer);
    }
    throw new ProtocolException("no answer to a call");
  }

  /// Reads the result of an element of a map.
  static Result ofElement(JsonNode value) {
    JsonNode mediaType = value.path("media_type");
    JsonNode base64 = value.path("base64");
    if (value.size() == 2 && mediaType.isString() && base64.isString()) {
      try {
        JsonNode bytes = MAPPER.getNodeFactory().binaryNode(base64.binaryValue());
        return new Result(bytes, mediaType.asString(), Optional.empty());
      } catch (JacksonException json) {
        // It only looks like one.
      }
    }
    return new Result(value, JSON, Optional.empty());
  }

  /// The result as a whole number, which the server sends as a text beyond 2^53 - 1.
  ///
  /// @throws NumberFormatException if it is none
  public BigInteger integer() {
    return new BigInteger(value.isNumber() || value.isString() ? value.asString() : "none");
  }

  /// The result as bytes, such as those of an image.
  ///
  /// @throws IllegalStateException if it is JSON
  public byte[] bytes() {
    if (!value.isBinary()) {
      throw new IllegalStateException("the result is JSON: " + value.getNodeType());
    }
    return value.binaryValue();
  }
}
