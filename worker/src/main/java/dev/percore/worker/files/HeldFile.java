package dev.percore.worker.files;

import dev.percore.worker.api.Body;
import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import java.util.Arrays;

/// One version of a small file, with its content. Immutable.
final class HeldFile {
  /// About what an entry takes beside its content.
  private static final int OVERHEAD_BYTES = 1024;

  private final Representation file;
  private final byte[] content;
  private final Response whole;

  HeldFile(Representation file, byte[] content) {
    this.file = file;
    this.content = content;
    this.whole = file.whole(new Body.Bytes(content));
  }

  /// Memory that it takes.
  long bytes() {
    return content.length + (long) OVERHEAD_BYTES;
  }

  Response answer(Request request) {
    return switch (file.select(request)) {
      case Representation.Selection.Without(Response response) -> response;
      case Representation.Selection.Whole() -> whole;
      case Representation.Selection.Part(ByteRange.Slice slice) ->
          file.part(
              slice,
              new Body.Bytes(
                  Arrays.copyOfRange(content, (int) slice.first(), (int) slice.last() + 1)));
    };
  }
}
