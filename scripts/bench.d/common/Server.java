package common;

import java.net.URI;
import java.util.List;

/// A server that runs.
public interface Server extends AutoCloseable {
  URI base();

  /// How it was started.
  String commandLine();

  /// The processes that serve, which may be but one.
  List<Long> workers();

  /// Stops it, and waits for its end.
  @Override
  void close();
}
