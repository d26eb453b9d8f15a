package dev.percore.worker.files;

import dev.percore.worker.api.BlockingHandler;
import dev.percore.worker.api.Body;
import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import dev.percore.worker.api.Response.Header;
import dev.percore.worker.http.HttpDate;
import java.io.EOFException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Serves the files of one folder: index files, conditional requests and single ranges; what is
/// not small is sent without a copy. Folders are never listed, hidden files never shown.
/// Thread-safe.
public final class StaticFiles implements BlockingHandler {
  /// A file up to this length leaves together with its head, in one call of the kernel.
  private static final int COPIED_BYTES_MAX = 16 * 1024;

  private static final Header NOSNIFF = new Header("X-Content-Type-Options", "nosniff");
  private static final Header ACCEPT_RANGES = new Header("Accept-Ranges", "bytes");

  private static final Response NOT_FOUND =
      problem(404, "not-found", "Not found", "There is nothing at this address.");
  private static final Response FORBIDDEN =
      problem(403, "forbidden", "Forbidden", "The server may not read this file.");
  private static final Response PRECONDITION_FAILED =
      problem(
          412,
          "precondition-failed",
          "Precondition failed",
          "The file is not the version that the request names.");
  private static final Response UNSATISFIABLE =
      problem(
          416,
          "range-not-satisfiable",
          "Range not satisfiable",
          "The range begins after the end of the file; Content-Range tells its length.");

  private final Folder folder;
  private final String path;
  private final String index;
  private final InstantSource clock;

  /// @param root the folder
  /// @param path URL prefix, begins and ends with a slash
  /// @param index name of the file that stands for its folder, such as `index.html`
  /// @throws IOException when the folder cannot be read
  public StaticFiles(Path root, String path, String index, InstantSource clock) throws IOException {
    this.folder = new Folder(root);
    this.path = path;
    this.index = index;
    this.clock = clock;
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
    return switch (folder.open(fileName)) {
      case Folder.Entry.OpenFile file -> answer(request, fileName, file);
      case Folder.Entry.SubFolder _ -> asFolder ? NOT_FOUND : withSlash(request);
      case Folder.Entry.Nothing _ -> NOT_FOUND;
      case Folder.Entry.Forbidden _ -> FORBIDDEN;
    };
  }

  private Response answer(Request request, String fileName, Folder.Entry.OpenFile file)
      throws IOException {
    Validators validators = Validators.of(file.attributes(), clock.instant());
    Header entityTag = new Header("ETag", validators.entityTag());
    return switch (Preconditions.check(request, validators)) {
      case SEND -> send(request, fileName, file, validators, entityTag);
      case NOT_MODIFIED -> {
        file.channel().close();
        yield new Response(304, List.of(entityTag), Body.EMPTY);
      }
      case FAILED -> {
        file.channel().close();
        yield PRECONDITION_FAILED;
      }
    };
  }

  private static Response send(
      Request request,
      String fileName,
      Folder.Entry.OpenFile file,
      Validators validators,
      Header entityTag)
      throws IOException {
    long length = file.attributes().size();
    Header type = ContentTypes.of(fileName);
    Header lastModified = new Header("Last-Modified", HttpDate.format(validators.lastModified()));
    return switch (range(request, validators, length)) {
      case ByteRange.Whole _ ->
          new Response(
              200,
              List.of(type, entityTag, lastModified, ACCEPT_RANGES, NOSNIFF),
              body(request, file.channel(), 0, length));
      case ByteRange.Slice slice ->
          new Response(
              206,
              List.of(
                  type,
                  entityTag,
                  lastModified,
                  new Header(
                      "Content-Range",
                      "bytes " + slice.first() + '-' + slice.last() + '/' + length),
                  NOSNIFF),
              body(request, file.channel(), slice.first(), slice.length()));
      case ByteRange.Unsatisfiable _ -> {
        file.channel().close();
        yield UNSATISFIABLE.with("Content-Range", "bytes */" + length);
      }
    };
  }

  private static Body body(Request request, FileChannel channel, long position, long length)
      throws IOException {
    if (length > COPIED_BYTES_MAX || request.method().equals("HEAD")) {
      return new Body.File(channel, position, length);
    }
    try (channel) {
      ByteBuffer content = ByteBuffer.allocate((int) length);
      while (content.hasRemaining()) {
        if (channel.read(content, position + content.position()) < 0) {
          throw new EOFException("the file has become shorter while it was read");
        }
      }
      return new Body.Bytes(content.array());
    }
  }

  // A range is defined for GET alone.
  private static ByteRange range(Request request, Validators validators, long length) {
    @Nullable String range = request.header("Range");
    return range != null
            && request.method().equals("GET")
            && Preconditions.rangeApplies(request, validators)
        ? ByteRange.of(range, length)
        : ByteRange.WHOLE;
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
