package dev.percore.protocol.client;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import org.jspecify.annotations.Nullable;

/// Finds the distribution whose server a pool starts.
final class Installation {
  private Installation() {}

  /// The folder of the distribution: the one given; or that of the system property `percore.home`,
  /// or of the environment variable `PERCORE_HOME`; or the one whose `lib` has the jar of this
  /// class.
  ///
  /// @throws IOException if no server can be started from there
  static Path find(@Nullable Path given) throws IOException {
    Path folder = given == null ? byDefault() : given;
    if (folder == null || !Files.isExecutable(folder.resolve("bin/percore"))) {
      throw new IOException(
          "no distribution in %s: set PoolBuilder.home, the system property percore.home or"
                  .formatted(folder == null ? "reach" : folder)
              + " PERCORE_HOME to a folder with bin/percore");
    }
    return folder.toAbsolutePath();
  }

  private static @Nullable Path byDefault() {
    String property = System.getProperty("percore.home", "");
    if (!property.isEmpty()) {
      return Path.of(property);
    }
    String variable = System.getenv("PERCORE_HOME");
    return variable == null || variable.isEmpty() ? ofThisJar() : Path.of(variable);
  }

  private static @Nullable Path ofThisJar() {
    CodeSource source = Installation.class.getProtectionDomain().getCodeSource();
    if (source == null || !source.getLocation().getProtocol().equals("file")) {
      return null;
    }
    try {
      Path lib = Path.of(source.getLocation().toURI()).getParent();
      return lib == null ? null : lib.getParent();
    } catch (URISyntaxException odd) {
      return null;
    }
  }
}
