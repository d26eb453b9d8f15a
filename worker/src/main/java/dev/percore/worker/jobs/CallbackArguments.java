package dev.percore.worker.jobs;

import dev.percore.worker.api.Request;
import dev.percore.worker.calc.Catalogue;
import dev.percore.worker.calc.ProblemException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who is to be told of the end of a job, as its call says, and the call without that. Which URLs
/// are allowed is for the master to say. Immutable.
///
/// @param urls by the names of the parameters
/// @param call what the function is to see
record CallbackArguments(Map<String, String> urls, Request call) {
  private static final Set<String> NAMES = Set.of("callback", "error_callback");

  /// Reads them from a query. A function that declares a parameter of such a name has it for
  /// itself.
  ///
  /// @throws ProblemException if one is given twice
  static CallbackArguments of(Catalogue.Entry entry, Request request) throws ProblemException {
    Map<String, List<String>> rest = new LinkedHashMap<>(request.query());
    Map<String, String> urls = new HashMap<>();
    for (String name : NAMES) {
      List<String> given = declares(entry, name) ? null : rest.remove(name);
      if (given != null) {
        if (given.size() != 1 || given.getFirst().isEmpty()) {
          throw new ProblemException(
              JobProblems.badParameter(name, String.join(" ", given), "one URL"));
        }
        urls.put(name, given.getFirst());
      }
    }
    return new CallbackArguments(urls, urls.isEmpty() ? request : new WithQuery(request, rest));
  }

  private static boolean declares(Catalogue.Entry entry, String name) {
    return entry.spec().parameters().stream().anyMatch(own -> own.name().equals(name));
  }

  /// A request with another query.
  private record WithQuery(Request whole, Map<String, List<String>> query) implements Request {
    @Override
    public String method() {
      return whole.method();
    }

    @Override
    public String path() {
      return whole.path();
    }

    @Override
    public String rawPath() {
      return whole.rawPath();
    }

    @Override
    public String rawQuery() {
      return QueryText.encode(query);
    }

    @Override
    public @Nullable String header(String name) {
      return whole.header(name);
    }

    @Override
    public List<String> headers(String name) {
      return whole.headers(name);
    }

    @Override
    public byte[] body() {
      return whole.body();
    }

    @Override
    public String remoteAddress() {
      return whole.remoteAddress();
    }
  }
}
