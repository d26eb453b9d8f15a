package dev.percore.worker.files;

import dev.percore.worker.api.Request;
import dev.percore.worker.http.HttpDate;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The conditions that a request makes, in the order in which they count (RFC 9110, section
/// 13.2.2).
final class Preconditions {

  /// What follows from the conditions.
  enum Verdict {
    SEND,
    NOT_MODIFIED,
    FAILED
  }

  private static final Pattern ENTITY_TAG =
      Pattern.compile("(W/)?(\"[!\\x23-\\x7e\\x80-\\xff]*\")");

  private Preconditions() {}

  static Verdict check(Request request, Validators file) {
    List<String> ifMatch = request.headers("If-Match");
    @Nullable String unmodifiedSince = request.header("If-Unmodified-Since");
    if (!ifMatch.isEmpty()) {
      if (!matches(ifMatch, tag -> file.strong() && tag.equals(file.opaque()))) {
        return Verdict.FAILED;
      }
    } else if (unmodifiedSince != null && isModifiedSince(file, unmodifiedSince, false)) {
      return Verdict.FAILED;
    }
    List<String> ifNoneMatch = request.headers("If-None-Match");
    @Nullable String modifiedSince = request.header("If-Modified-Since");
    boolean send =
        ifNoneMatch.isEmpty()
            ? modifiedSince == null || isModifiedSince(file, modifiedSince, true)
            : !matches(ifNoneMatch, tag -> weak(tag).equals(file.opaque()));
    return send ? Verdict.SEND : Verdict.NOT_MODIFIED;
  }

  /// Whether a Range field counts: If-Range is absent or names exactly this version.
  static boolean rangeApplies(Request request, Validators file) {
    @Nullable String ifRange = request.header("If-Range");
    if (ifRange == null) {
      return true;
    }
    return file.strong()
        && (ifRange.equals(file.opaque())
            || HttpDate.parse(ifRange).filter(file.lastModified()::equals).isPresent());
  }

  // A date that is none makes no condition: it is neither modified nor unmodified since.
  private static boolean isModifiedSince(Validators file, String date, boolean ifNoDate) {
    return HttpDate.parse(date).map(file.lastModified()::isAfter).orElse(ifNoDate);
  }

  private static boolean matches(List<String> fields, Predicate<String> tagMatches) {
    for (String field : fields) {
      if (field.strip().equals("*")) {
        return true;
      }
      Matcher tags = ENTITY_TAG.matcher(field);
      while (tags.find()) {
        if (tagMatches.test(tags.group())) {
          return true;
        }
      }
    }
    return false;
  }

  private static String weak(String tag) {
    return tag.startsWith("W/") ? tag.substring(2) : tag;
  }
}
