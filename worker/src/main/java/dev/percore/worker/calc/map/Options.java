package dev.percore.worker.calc.map;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import dev.percore.worker.api.Request;
import dev.percore.worker.calc.ArgumentParser;
import dev.percore.worker.calc.ProblemException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a request for a map asks for, besides its elements.
///
/// @param chunk elements of each task, or 0 to find out how many are best
/// @param unordered whether outcomes are sent as they come about
/// @param input how the elements are put together
/// @param output how the outcomes are
record Options(int chunk, boolean unordered, Format input, Format output) {
  // None of them is registered; the first is what most people write.
  private static final Set<String> NDJSON =
      Set.of("application/x-ndjson", "application/ndjson", "application/jsonl");

  private static final ArgumentParser QUERY =
      new ArgumentParser(
          FunctionSpec.of(
              "map",
              "Options of a map.",
              List.of(
                  new Parameter.Whole("chunk", "elements of a task", 0, ChunkSize.MAX, 0L),
                  new Parameter.Choice(
                      "unordered", "as they are done", List.of("false", "true"), "false")),
              Map.of()));

  /// @throws ProblemException for an option that is not known or not allowed, or another media type
  static Options of(Request request) throws ProblemException {
    Arguments query = QUERY.fromQuery(request.query()).arguments();
    Format input = input(request.header("Content-Type"));
    return new Options(
        (int) query.whole("chunk"),
        query.text("unordered").equals("true"),
        input,
        output(request.header("Accept"), input));
  }

  /// Whether the elements are said to be NDJSON.
  static boolean isNdjson(Request request) {
    String given = request.header("Content-Type");
    return given != null && NDJSON.contains(mediaType(given));
  }

  private static Format input(@Nullable String contentType) throws ProblemException {
    String given = contentType == null ? "" : contentType;
    String type = mediaType(given);
    if (NDJSON.contains(type)) {
      return Format.NDJSON;
    }
    if (type.equals(Format.JSON.mediaType())) {
      return Format.JSON;
    }
    throw MapProblems.unsupportedMediaType(given);
  }

  // The first of the two that is named and not refused; otherwise the answer is as the question.
  private static Format output(@Nullable String accept, Format input) {
    for (String range : (accept == null ? "" : accept).split(",", -1)) {
      boolean refused = range.replace(" ", "").matches(".*;q=0(\\.0*)?(;.*)?");
      String type = mediaType(range);
      if (!refused && NDJSON.contains(type)) {
        return Format.NDJSON;
      }
      if (!refused && type.equals(Format.JSON.mediaType())) {
        return Format.JSON;
      }
    }
    return input;
  }

  private static String mediaType(String field) {
    return field.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }
}
