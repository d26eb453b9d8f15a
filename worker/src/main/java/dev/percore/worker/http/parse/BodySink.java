package dev.percore.worker.http.parse;

/// Takes the octets of a body in their order. For one thread.
public interface BodySink {

  /// Whether it takes more now. What it does not take stays in the input.
  boolean hasRoom();

  /// Takes the next piece, however long it is. The source is not its own to keep.
  ///
  /// @throws RequestRejectedException if it cannot be taken; the body is then lost
  void append(byte[] source, int from, int length) throws RequestRejectedException;
}
