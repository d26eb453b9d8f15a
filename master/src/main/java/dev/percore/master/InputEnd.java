package dev.percore.master;

import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits for the end of an input that nobody writes to: a pipe whose other end is held by the
/// program that started this one. The kernel closes it when that program ends, be it by `kill -9`,
/// and does not care which of its threads has opened it, as PR_SET_PDEATHSIG does.
final class InputEnd {
  private static final Logger log = LoggerFactory.getLogger(InputEnd.class);

  private InputEnd() {}

  /// Starts a daemon thread that runs the action once, on that thread.
  static void watch(InputStream input, Runnable action) {
    Thread.ofPlatform()
        .name("input-end")
        .daemon()
        .start(
            () -> {
              awaitEnd(input);
              action.run();
            });
  }

  private static void awaitEnd(InputStream input) {
    byte[] ignored = new byte[256];
    try {
      while (input.read(ignored) >= 0) {
        // What is written says nothing.
      }
      log.info("the standard input has ended, and with it whoever started this server");
    } catch (IOException failure) {
      log.warn("the standard input cannot be read: {}", failure.getMessage());
    }
  }
}
