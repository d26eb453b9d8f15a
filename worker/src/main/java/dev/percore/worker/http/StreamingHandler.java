package dev.percore.worker.http;

import dev.percore.worker.api.Request;

/// A handler that takes the lines of some bodies while they arrive, see [Exchange#lines].
public interface StreamingHandler extends Handler {

  /// Whether it takes the body of this request so, rather than whole.
  ///
  /// @param request without its body
  boolean streams(Request request);
}
