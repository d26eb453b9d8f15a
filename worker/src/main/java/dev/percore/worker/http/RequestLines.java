package dev.percore.worker.http;

import dev.percore.worker.api.Problem;
import org.jspecify.annotations.Nullable;

/// The lines of a body that is taken while it arrives. Lines with nothing but white space are
/// passed over. Thread-safe; none of its methods blocks.
///
/// It holds `limits.body` bytes at most, of lines that are on their way to the taker or that the
/// taker has not given back yet ([#release]). What is beyond that stays with the client.
public interface RequestLines {

  /// The next line, without its line feed.
  ///
  /// @return null when none has arrived whole, or when there will be no more ([#isOver])
  byte @Nullable [] next();

  /// Whether all lines have been taken and there will be no more.
  boolean isOver();

  /// Why it was over before the body's end: the body is not valid, a line is too long, or nothing
  /// came in time. Null if it was not.
  @Nullable Problem problem();

  /// The taker holds lines of so many bytes no longer.
  void release(long bytes);

  /// Runs the action once, when something has arrived or all is over; soon if that is so already,
  /// never if the exchange is answered before. One action at most is kept, the latest. It runs on
  /// the event loop and must not block.
  void onMore(Runnable action);
}
