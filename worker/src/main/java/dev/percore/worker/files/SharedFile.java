package dev.percore.worker.files;

import dev.percore.worker.api.Body;
import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One version of a file that is open, for several answers: it is closed with the last of those who
/// have a share in it. Thread-safe.
final class SharedFile {
  private final FileChannel channel;
  private final Representation version;
  private final List<Response.Header> headersOfWhole;
  private final AtomicInteger shares = new AtomicInteger(1);

  /// @param channel closed when nobody has a share any more; the maker has the first
  SharedFile(FileChannel channel, Representation version) {
    this.channel = channel;
    this.version = version;
    this.headersOfWhole = version.whole(Body.EMPTY).headers();
  }

  FileChannel channel() {
    return channel;
  }

  Representation version() {
    return version;
  }

  /// Takes a share.
  ///
  /// @return false if it is closed already
  boolean acquire() {
    return shares.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
  }

  /// Gives a share back.
  ///
  /// @throws IllegalStateException if there is none
  void release() throws IOException {
    int left = shares.decrementAndGet();
    if (left < 0) {
      throw new IllegalStateException("a share in a file was given back twice");
    }
    if (left == 0) {
      channel.close();
    }
  }

  /// Whether it has become shorter than it was: then it could not be sent to its end.
  ///
  /// @throws IOException also if it is closed already
  boolean isShorter() throws IOException {
    return channel.size() < version.length();
  }

  /// What a request gets by sending from the file, or without it. Nothing is read.
  ///
  /// @param readBytesMax a part up to this length is better read than sent
  /// @return null if the file is closed already, or if such a part is asked for
  @Nullable Response answer(Request request, int readBytesMax) {
    return switch (version.select(request)) {
      case Representation.Selection.Without(Response response) -> response;
      case Representation.Selection.Whole() -> {
        Body body = part(0, version.length());
        yield body == null ? null : new Response(200, headersOfWhole, body);
      }
      case Representation.Selection.Part(ByteRange.Slice slice) -> {
        Body body = slice.length() <= readBytesMax ? null : part(slice.first(), slice.length());
        yield body == null ? null : version.part(slice, body);
      }
    };
  }

  private @Nullable Body part(long position, long length) {
    return acquire() ? new Body.File(channel, position, length, new Share(this)) : null;
  }

  /// What one answer has.
  private record Share(SharedFile file, AtomicBoolean given) implements Closeable {
    Share(SharedFile file) {
      this(file, new AtomicBoolean());
    }

    @Override
    public void close() throws IOException {
      if (given.compareAndSet(false, true)) {
        file.release();
      }
    }
  }
}
