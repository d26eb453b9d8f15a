package dev.percore.master.webhook;

/// What came of one attempt to tell a receiver.
public sealed interface Outcome {

  /// For people, in a few words.
  String detail();

  /// The receiver has it.
  record Delivered(String detail) implements Outcome {}

  /// There is no use in another attempt: the receiver does not want it, sends us elsewhere, or may
  /// not be connected to.
  record Refused(String detail) implements Outcome {}

  /// Another attempt may have more luck.
  ///
  /// @param retryAfterMillis how long the receiver wants to be left alone; 0 if it has not said
  record Failed(String detail, long retryAfterMillis) implements Outcome {}
}
