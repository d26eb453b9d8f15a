package dev.percore.worker.functions;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.Parameter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/// Calls functions as the compute lane would.
final class Calls {
  static final ComputeContext UNDISTURBED = new CancelledAfter(Long.MAX_VALUE);

  private Calls() {}

  /// A context that lets so many polls pass.
  static final class CancelledAfter implements ComputeContext {
    private long left;

    CancelledAfter(long polls) {
      this.left = polls;
    }

    @Override
    public boolean isCancelled() {
      return left-- <= 0;
    }

    @Override
    public void checkCancelled() {
      if (isCancelled()) {
        throw new CancellationException();
      }
    }
  }

  static Arguments arguments(ComputeFunction function, Map<String, Object> given) {
    Map<String, Object> values = new HashMap<>();
    for (Parameter parameter : function.spec().parameters()) {
      Object defaultValue = parameter.defaultValue();
      if (defaultValue != null) {
        values.put(parameter.name(), defaultValue);
      }
    }
    values.putAll(given);
    return new Arguments(values);
  }

  static Object json(ComputeFunction function, Map<String, Object> given) throws Exception {
    return ((ComputeResult.Json) function.apply(arguments(function, given), UNDISTURBED)).value();
  }

  static byte[] binary(ComputeFunction function, Map<String, Object> given) throws Exception {
    return ((ComputeResult.Binary) function.apply(arguments(function, given), UNDISTURBED)).bytes();
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> object(ComputeFunction function, Map<String, Object> given)
      throws Exception {
    return (Map<String, Object>) json(function, given);
  }

  static Object member(Map<String, Object> object, String name) {
    return Objects.requireNonNull(object.get(name), name);
  }

  @SuppressWarnings("unchecked")
  static <T> List<T> list(Object value) {
    return (List<T>) value;
  }
}
