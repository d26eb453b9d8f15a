package dev.percore.master;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The version of percore, as the build wrote it down.
public final class Version {
  private static final String RESOURCE = "version.txt";

  private Version() {}

  /// The version in the form `0.1.0`.
  public static String current() {
    try (InputStream resource = Version.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the percore jar");
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE + " from the percore jar", e);
    }
  }
}
