package dev.percore.worker.http;

/// The body of an answer that is made while it is sent. Thread-safe; none of its methods blocks.
///
/// It holds little: what the client does not take fills the stream, [#write] then takes nothing
/// more, and whoever makes the body waits with [#onWritable]. After the end, or once the client is
/// gone ([Exchange#onClientGone]), it takes nothing at all.
public interface ResponseStream {

  /// Takes the next part of the body, or nothing of it. What is written in one turn of the event
  /// loop leaves together.
  ///
  /// @param bytes not to be changed afterwards
  /// @return whether it was taken; if not, the stream has no room for now ([#isWritable]) or is
  ///     over
  boolean write(byte[] bytes);

  /// Whether [#write] would take something. It takes one write, however long, when there is any
  /// room.
  boolean isWritable();

  /// Runs the action once, when there is room; soon if there already is, never if the stream is
  /// over before. One action at most is kept, the latest. It runs on the event loop and must not
  /// block.
  void onWritable(Runnable action);

  /// The body is complete. Further calls change nothing.
  void end();

  /// The body cannot be completed: the connection is cut, so that the client does not take what it
  /// has got for the whole.
  void abort();
}
