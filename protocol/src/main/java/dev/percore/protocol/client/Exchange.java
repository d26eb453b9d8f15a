package dev.percore.protocol.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A request with what becomes of its answer. For one thread, apart from [#abort].
interface Exchange {

  /// What to send; asked for once more if the first connection breaks.
  HttpRequest request();

  /// Reads the answer to the end of its body.
  ///
  /// @throws IOException if the connection breaks
  /// @throws RemoteException if it is a problem
  void read(HttpAnswer answer) throws IOException;

  /// It is over. Called once.
  ///
  /// @param failure why there is no answer, or not all of it; null if it has been read
  void over(@Nullable Throwable failure);

  /// The means to give it up.
  Abort abort();
}
