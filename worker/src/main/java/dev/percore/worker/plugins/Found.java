package dev.percore.worker.plugins;

import dev.percore.worker.api.BlockingHandler;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.FunctionSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What was found so far, each under a name of its own. Only for the thread that loads.
final class Found {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");
  private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z-]*");

  private final List<ComputeFunction> functions = new ArrayList<>();
  private final List<BlockingHandler> handlers = new ArrayList<>();
  private final Map<String, String> owners =
      new HashMap<>(Map.of("handler name 'static'", "the server's own handler for static files"));

  List<ComputeFunction> functions() {
    return functions;
  }

  List<BlockingHandler> handlers() {
    return handlers;
  }

  /// Takes a function in.
  ///
  /// @param provider the class and where it comes from, for messages
  /// @return what it is, for the log
  /// @throws IllegalArgumentException when its name is taken
  String add(ComputeFunction function, String provider) {
    FunctionSpec spec = function.spec();
    claim("function '" + spec.name() + "'", provider);
    functions.add(new NamedFunction(spec, function));
    return "function " + spec.name();
  }

  /// Takes a handler in.
  ///
  /// @param provider the class and where it comes from, for messages
  /// @return what it is, for the log
  /// @throws IllegalArgumentException when its name or its path is taken or malformed, or a method
  ///     is malformed
  String add(BlockingHandler handler, String provider) {
    // Before the checks, so that it is closed whatever they say.
    handlers.add(handler);
    check(NAME.matcher(handler.name()).matches(), "name '" + handler.name() + "'", NAME.pattern());
    check(handler.path().startsWith("/"), "path '" + handler.path() + "'", "a slash first");
    check(
        !handler.methods().isEmpty()
            && handler.methods().stream().allMatch(m -> METHOD.matcher(m).matches()),
        "methods " + handler.methods(),
        "at least one, in capitals");
    claim("handler name '" + handler.name() + "'", provider);
    claim("path '" + handler.path() + "'", provider);
    return "handler " + handler.name() + " at " + handler.path();
  }

  private void claim(String what, String provider) {
    String former = owners.putIfAbsent(what, provider);
    if (former != null) {
      throw new IllegalArgumentException("the " + what + " is taken by " + former);
    }
  }

  private static void check(boolean valid, String found, String wanted) {
    if (!valid) {
      throw new IllegalArgumentException("the " + found + " is not allowed: must be " + wanted);
    }
  }
}
