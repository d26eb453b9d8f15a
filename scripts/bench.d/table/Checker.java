package table;

import common.Background;
import common.Http;
import common.Question;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/// A client beside the load that looks at every answer it gets, ten times a second: one connection
/// after the other, each for a few requests.
final class Checker implements AutoCloseable {
  private static final int PAUSE_MILLIS = 100;
  private static final int REQUESTS_A_CONNECTION = 5;

  private final URI base;
  private final Question question;
  private final CompletableFuture<Integer> checked;
  private volatile boolean over;

  private Checker(URI base, Question question) {
    this.base = base;
    this.question = question;
    this.checked = Background.start(this::ask);
  }

  static Checker start(URI base, Question question) {
    return new Checker(base, question);
  }

  private int ask() throws IOException {
    int answers = 0;
    while (!over) {
      try (Http connection = new Http(base)) {
        for (int i = 0; i < REQUESTS_A_CONNECTION && connection.isKept() && !over; i++) {
          connection.ask(question);
          answers++;
          LockSupport.parkNanos(PAUSE_MILLIS * 1_000_000L);
        }
      }
    }
    return answers;
  }

  /// Ends, and judges.
  ///
  /// @throws Exception if an answer was wrong, or none came
  void verdict() throws Exception {
    over = true;
    if (checked.get() == 0) {
      throw new IOException("no answer was checked");
    }
  }

  @Override
  public void close() {
    over = true;
  }
}
