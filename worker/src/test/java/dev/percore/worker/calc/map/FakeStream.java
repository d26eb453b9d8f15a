package dev.percore.worker.calc.map;

import dev.percore.worker.http.ResponseStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A stream with room for as many writes as the test gives it. For one thread.
final class FakeStream implements ResponseStream {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private int room;
  private @Nullable Runnable whenWritable;
  private boolean ended;

  FakeStream(int room) {
    this.room = room;
  }

  @Override
  public boolean write(byte[] bytes) {
    if (!isWritable()) {
      return false;
    }
    room--;
    written.writeBytes(bytes);
    return true;
  }

  @Override
  public boolean isWritable() {
    return room > 0 && !ended;
  }

  @Override
  public void onWritable(Runnable action) {
    whenWritable = action;
  }

  @Override
  public void end() {
    ended = true;
  }

  @Override
  public void abort() {
    throw new AssertionError("a map is never cut");
  }

  /// The client takes something.
  void makeRoom(int writes) {
    room += writes;
    Runnable action = whenWritable;
    whenWritable = null;
    if (action != null) {
      action.run();
    }
  }

  boolean isEnded() {
    return ended;
  }

  String text() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
