package dev.percore.worker.plugins;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.FunctionSpec;
import java.time.Duration;
import java.util.Optional;

/// A function whose specification was asked for, once and for all.
record NamedFunction(FunctionSpec spec, ComputeFunction function) implements ComputeFunction {

  @Override
  public boolean isIdempotent() {
    return function.isIdempotent();
  }

  @Override
  public Optional<Duration> timeout() {
    return function.timeout();
  }

  @Override
  public ComputeResult apply(Arguments arguments, ComputeContext context) throws Exception {
    // Libraries of a plugin look for their own parts by the thread's class loader.
    Thread.currentThread().setContextClassLoader(function.getClass().getClassLoader());
    return function.apply(arguments, context);
  }
}
