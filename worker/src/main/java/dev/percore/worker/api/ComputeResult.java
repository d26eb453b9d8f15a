package dev.percore.worker.api;

/// What a [ComputeFunction] returns.
public sealed interface ComputeResult {

  /// A value for the `result` member of the JSON answer: a String, a Boolean, a Number, or a
  /// List or Map of such.
  record Json(Object value) implements ComputeResult {}

  /// A whole response body of another media type, such as an image. Where it ran is told in
  /// headers instead.
  record Binary(String mediaType, byte[] bytes) implements ComputeResult {}

  static ComputeResult json(Object value) {
    return new Json(value);
  }

  static ComputeResult binary(String mediaType, byte[] bytes) {
    return new Binary(mediaType, bytes);
  }
}
