package dev.percore.worker.files;

import dev.percore.worker.api.BlockingHandler;
import dev.percore.worker.api.Body;
import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import java.io.EOFException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Serves the files of one folder: index files, conditional requests and single ranges. What is
/// small is held in memory for a while; what is not is kept open for as long, and sent without a
/// copy. Folders are never listed, hidden files never shown. Thread-safe.
public final class StaticFiles implements BlockingHandler {
  /// A file up to this length leaves together with its head, in one call of the kernel, and is
  /// held in memory.
  private static final int COPIED_BYTES_MAX = 16 * 1024;

  /// Longer files that are kept open at a time.
  private static final int OPEN_FILES_MAX = 64;

  private static final Response NOT_FOUND =
      problem(404, "not-found", "Not found", "There is nothing at this address.");
  private static final Response FORBIDDEN =
      problem(403, "forbidden", "Forbidden", "The server may not read this file.");

  private final Folder folder;
  private final String path;
  private final String index;
  private final InstantSource clock;
  private final FileCache cache;
  private final OpenFiles open;

  /// @param root the folder
  /// @param path URL prefix, begins and ends with a slash
  /// @param index name of the file that stands for its folder, such as `index.html`
  /// @param cacheBytes memory for small files; without it long ones are not kept open either
  /// @param cacheValid for how long a file is taken to be as it was
  /// @throws IOException when the folder cannot be read
  public StaticFiles(Path root, String path, String index, long cacheBytes, Duration cacheValid)
      throws IOException {
    this(
        root,
        path,
        index,
        InstantSource.system(),
        new FileCache(cacheBytes, cacheValid, System::nanoTime),
        new OpenFiles(cacheBytes == 0 ? 0 : OPEN_FILES_MAX, cacheValid, System::nanoTime));
  }

  StaticFiles(
      Path root, String path, String index, InstantSource clock, FileCache cache, OpenFiles open)
      throws IOException {
    this.folder = new Folder(root);
    this.path = path;
    this.index = index;
    this.clock = clock;
    this.cache = cache;
    this.open = open;
  }

  @Override
  public String name() {
    return "static";
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public Set<String> methods() {
    return Set.of("GET");
  }

  @Override
  public Response handle(Request request) throws IOException {
    String name = request.path().substring(path.length());
    boolean asFolder = name.isEmpty() || name.endsWith("/");
    String fileName = asFolder ? name + index : name;
    long lookedNanos = cache.now();
    return switch (folder.open(fileName)) {
      case Folder.Entry.OpenFile file -> answer(request, fileName, file, lookedNanos);
      case Folder.Entry.SubFolder _ -> asFolder ? NOT_FOUND : withSlash(request);
      case Folder.Entry.Nothing _ -> NOT_FOUND;
      case Folder.Entry.Forbidden _ -> FORBIDDEN;
    };
  }

  /// The answer, if what it takes is in memory or open. It does not block.
  public @Nullable Response held(Request request) {
    HeldFile file = cache.find(request.path());
    return file == null ? open.answer(request, COPIED_BYTES_MAX) : file.answer(request);
  }

  /// Closes what has been kept open for long enough; to be called now and then.
  public void closeOld() {
    open.giveUpOld();
  }

  private Response answer(
      Request request, String fileName, Folder.Entry.OpenFile file, long lookedNanos)
      throws IOException {
    Representation version = Representation.of(fileName, file.attributes(), clock.instant());
    if (version.length() <= COPIED_BYTES_MAX) {
      return read(request, file.channel(), version, lookedNanos).answer(request);
    }
    SharedFile shared = new SharedFile(file.channel(), version);
    try {
      Response response = shared.answer(request, COPIED_BYTES_MAX);
      if (response == null) {
        return readPart(request, shared); // not shared: an interrupt would close it for all
      }
      open.keep(request.path(), shared, lookedNanos);
      return response;
    } finally {
      shared.release();
    }
  }

  private static Response readPart(Request request, SharedFile shared) throws IOException {
    if (shared.version().select(request)
        instanceof Representation.Selection.Part(ByteRange.Slice slice)) {
      byte[] content = read(shared.channel(), slice.first(), (int) slice.length());
      return shared.version().part(slice, new Body.Bytes(content));
    }
    throw new IllegalStateException("nothing but a part of a file is read");
  }

  private HeldFile read(
      Request request, FileChannel channel, Representation version, long lookedNanos)
      throws IOException {
    try (channel) {
      HeldFile file = new HeldFile(version, read(channel, 0, (int) version.length()));
      cache.keep(request.path(), file, lookedNanos);
      return file;
    }
  }

  private static byte[] read(FileChannel channel, long position, int length) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(length);
    while (content.hasRemaining()) {
      if (channel.read(content, position + content.position()) < 0) {
        throw new EOFException("the file has become shorter while it was read");
      }
    }
    return content.array();
  }

  // Relative and beginning with "./", it leads nowhere but into this folder, whatever its name.
  private static Response withSlash(Request request) {
    String name = request.path().substring(request.path().lastIndexOf('/') + 1);
    String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    String query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
    return Response.empty(301).with("Location", "./" + encoded + "/" + query);
  }

  private static Response problem(int status, String type, String title, String detail) {
    return Response.problem(Problem.of(status, type, title, detail));
  }
}
