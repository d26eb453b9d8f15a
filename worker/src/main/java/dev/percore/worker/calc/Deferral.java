package dev.percore.worker.calc;

import dev.percore.worker.http.Exchange;

/// Takes calls that are not to be computed here and now.
@FunctionalInterface
public interface Deferral {

  /// Takes none.
  Deferral NONE = (_, _) -> false;

  /// Answers the exchange, now or later, if it is such a call. On the event loop.
  ///
  /// @return whether it is
  boolean takes(Catalogue.Entry entry, Exchange exchange);
}
