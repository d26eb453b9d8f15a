package dev.percore.master.cli;

import dev.percore.master.ExitCode;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads the master's JSON leniently: a field that is missing or null is shown as `-`, so that
/// the command line of one version can ask the master of another.
final class Answers {
  /// What stands for a value that there is none of.
  static final String NONE = "-";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Answers() {}

  static JsonNode parse(String answer) throws CommandFailure {
    try {
      return JSON.readTree(answer);
    } catch (JacksonException e) {
      throw new CommandFailure(ExitCode.FAILURE, "the master's answer is not JSON", e);
    }
  }

  static String text(JsonNode object, String field) {
    return object.path(field).asString(NONE);
  }
}
