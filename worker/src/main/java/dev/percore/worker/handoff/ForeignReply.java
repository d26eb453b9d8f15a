package dev.percore.worker.handoff;

import dev.percore.protocol.peer.PeerMessage.Done;
import dev.percore.protocol.peer.PeerMessage.Field;
import dev.percore.worker.api.Body;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.Reply;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the outcome of a task goes that belongs to another worker. Thread-safe.
final class ForeignReply implements Reply {
  private static final Logger log = LoggerFactory.getLogger(ForeignReply.class);

  private final long id;
  private final BiConsumer<Done, byte[]> sender;
  private final AtomicBoolean answered = new AtomicBoolean();

  /// @param sender takes the message and its content, on any thread
  ForeignReply(long id, BiConsumer<Done, byte[]> sender) {
    this.id = id;
    this.sender = sender;
  }

  @Override
  public void respond(Response response) {
    // First all that can fail, so that what fails can still be told.
    byte[] content = content(response.body());
    List<Field> fields =
        response.headers().stream().map(each -> new Field(each.name(), each.value())).toList();
    Done done = new Done(id, response.status(), fields, content.length);
    if (answered.compareAndSet(false, true)) {
      sender.accept(done, content);
    } else {
      log.debug("task {} had an outcome already", id);
    }
  }

  private static byte[] content(Body body) {
    return switch (body) {
      case Body.Bytes(byte[] bytes) -> bytes;
      case Body.File _ ->
          throw new IllegalArgumentException("a function does not answer by a file");
    };
  }
}
