package dev.percore.worker.files;

import dev.percore.worker.api.Body;
import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import dev.percore.worker.api.Response.Header;
import dev.percore.worker.http.HttpDate;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One version of a file, as far as it is known without its content: what answers say of it, and
/// what a request gets of it.
///
/// @param length in bytes
record Representation(Header type, Validators validators, Header entityTag, long length) {
  private static final Header NOSNIFF = new Header("X-Content-Type-Options", "nosniff");
  private static final Header ACCEPT_RANGES = new Header("Accept-Ranges", "bytes");

  private static final Response PRECONDITION_FAILED =
      Response.problem(
          Problem.of(
              412,
              "precondition-failed",
              "Precondition failed",
              "The file is not the version that the request names."));
  private static final Response UNSATISFIABLE =
      Response.problem(
          Problem.of(
              416,
              "range-not-satisfiable",
              "Range not satisfiable",
              "The range begins after the end of the file; Content-Range tells its length."));

  /// What a request gets.
  sealed interface Selection {
    /// An answer without anything of the content.
    record Without(Response response) implements Selection {}

    record Whole() implements Selection {}

    record Part(ByteRange.Slice slice) implements Selection {}
  }

  static Representation of(String fileName, BasicFileAttributes file, Instant now) {
    Validators validators = Validators.of(file, now);
    return new Representation(
        ContentTypes.of(fileName),
        validators,
        new Header("ETag", validators.entityTag()),
        file.size());
  }

  Selection select(Request request) {
    return switch (Preconditions.check(request, validators)) {
      case SEND ->
          switch (range(request)) {
            case ByteRange.Whole _ -> new Selection.Whole();
            case ByteRange.Slice slice -> new Selection.Part(slice);
            case ByteRange.Unsatisfiable _ ->
                new Selection.Without(UNSATISFIABLE.with("Content-Range", "bytes */" + length));
          };
      case NOT_MODIFIED -> new Selection.Without(new Response(304, List.of(entityTag), Body.EMPTY));
      case FAILED -> new Selection.Without(PRECONDITION_FAILED);
    };
  }

  /// The answer with all of the content.
  Response whole(Body body) {
    return new Response(
        200, List.of(type, entityTag, lastModified(), ACCEPT_RANGES, NOSNIFF), body);
  }

  /// The answer with a part of the content.
  Response part(ByteRange.Slice slice, Body body) {
    String range = "bytes " + slice.first() + '-' + slice.last() + '/' + length;
    return new Response(
        206,
        List.of(type, entityTag, lastModified(), new Header("Content-Range", range), NOSNIFF),
        body);
  }

  private Header lastModified() {
    return new Header("Last-Modified", HttpDate.format(validators.lastModified()));
  }

  // A range is defined for GET alone.
  private ByteRange range(Request request) {
    @Nullable String range = request.header("Range");
    return range != null
            && request.method().equals("GET")
            && Preconditions.rangeApplies(request, validators)
        ? ByteRange.of(range, length)
        : ByteRange.WHOLE;
  }
}
