import java.io.IOException;
import java.util.Set;

/// A server under test: a master and its workers.
interface Server {

  int port();

  long masterPid() throws IOException;

  /// The pids of its workers, those that drain included.
  Set<Long> workers() throws IOException;

  /// Whether it has exactly as many workers as it should, all of them serving.
  boolean isSettled() throws IOException;

  /// The target of a request.
  String target(int id, boolean compute);

  /// Whether a body is the answer to that request.
  boolean isRight(String body, int id, boolean compute);

  /// Stops it.
  ///
  /// @throws BrokenPromise if something of it is left
  void stop() throws Exception;
}
