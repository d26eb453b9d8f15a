package dev.percore.worker.http.parse;

import dev.percore.config.ServerConfig;
import java.util.function.Predicate;

/// What the parsers of all connections of one event loop share. For one thread.
///
/// @param limits of each request
/// @param budget for heads and bodies
/// @param aside which requests, of those that have a body, are wanted before it, see
///     [RequestParser#readBody]; it is asked with the head alone
/// @param heads those that were read lately
/// @param offsets room for a head, or trailers, that are being read
public record ParserShare(
    ServerConfig.Limits limits,
    MemoryBudget budget,
    Predicate<ParsedRequest> aside,
    HeadCache heads,
    OffsetRoom offsets) {

  public ParserShare(
      ServerConfig.Limits limits, MemoryBudget budget, Predicate<ParsedRequest> aside) {
    this(limits, budget, aside, new HeadCache(), new OffsetRoom());
  }
}
