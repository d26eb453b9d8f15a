package dev.percore.worker.files;

import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

/// The two marks by which a client knows a version of a file again (RFC 9110, section 8.8).
///
/// They come from size and time of modification. The kernel's clock for files ticks in steps of
/// some milliseconds, so of a file that changed just now another version of the same size may carry
/// the same marks. They are weak until that can no longer be.
///
/// @param opaque the entity tag without `W/`, in its quotes
/// @param lastModified to the second, not later than now
/// @param strong whether they tell any two versions apart, byte for byte
record Validators(String opaque, Instant lastModified, boolean strong) {
  private static final Duration STRONG_AFTER = Duration.ofSeconds(2);

  static Validators of(BasicFileAttributes file, Instant now) {
    Instant modified = file.lastModifiedTime().toInstant();
    Instant told = modified.isAfter(now) ? now : modified;
    return new Validators(
        '"'
            + Long.toHexString(file.size())
            + '-'
            + Long.toHexString(file.lastModifiedTime().to(TimeUnit.NANOSECONDS))
            + '"',
        told.truncatedTo(ChronoUnit.SECONDS),
        modified.plus(STRONG_AFTER).isBefore(now));
  }

  /// As it stands in the ETag field.
  String entityTag() {
    return strong ? opaque : "W/" + opaque;
  }
}
