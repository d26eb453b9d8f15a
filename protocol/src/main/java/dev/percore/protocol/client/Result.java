package dev.percore.protocol.client;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a function has returned, and where and how fast.
///
/// @param function its name
/// @param value the result; a binary node where `mediaType` is not JSON
/// @param mediaType such as `application/json` or `image/png`
/// @param slot of the worker, from 0
/// @param pid of the worker
/// @param thread that computed it, such as `compute-0`
/// @param queued time that the call waited for that thread
/// @param computed time that the function took
public record Result(
    String function,
    JsonNode value,
    String mediaType,
    int slot,
    long pid,
    String thread,
    Duration queued,
    Duration computed) {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String JSON = "application/json";

  static Result of(String function, HttpAnswer answer) throws RemoteException {
    if (!answer.isOk()) {
      throw RemoteException.of(answer);
    }
    String mediaType = answer.field("content-type").split(";", 2)[0].strip();
    return mediaType.toLowerCase(Locale.ROOT).equals(JSON)
        ? ofJson(answer.body())
        : ofBinary(function, mediaType, answer);
  }

  private static Result ofJson(byte[] body) throws JacksonException {
    JsonNode document = MAPPER.readTree(body);
    return new Result(
        document.path("function").asString(),
        document.path("result"),
        JSON,
        document.at("/worker/slot").asInt(),
        document.at("/worker/pid").asLong(),
        document.at("/worker/thread").asString(),
        micros(document.path("queued_us").asLong()),
        micros(document.path("computed_us").asLong()));
  }

  private static Result ofBinary(String function, String mediaType, HttpAnswer answer) {
    String timing = answer.field("server-timing");
    return new Result(
        function,
        MAPPER.getNodeFactory().binaryNode(answer.body()),
        mediaType,
        Integer.parseInt(answer.field("percore-slot")),
        Long.parseLong(answer.field("percore-pid")),
        answer.field("percore-thread"),
        timed(timing, "queue"),
        timed(timing, "compute"));
  }

  private static Duration timed(String timing, String name) {
    Matcher matcher = Pattern.compile("\\b" + name + ";dur=([0-9.]+)").matcher(timing);
    return matcher.find()
        ? micros(Math.round(Double.parseDouble(matcher.group(1)) * 1000))
        : Duration.ZERO;
  }

  private static Duration micros(long count) {
    return Duration.ofNanos(count * 1000);
  }

  /// The result as a whole number, which the server sends as a string beyond 2^53 - 1.
  ///
  /// @throws NumberFormatException if it is none
  public BigInteger integer() {
    return new BigInteger(value.asString());
  }
}
