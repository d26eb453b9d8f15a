package dev.percore.master.host;

import dev.percore.master.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Asks the kernel, with the workers' rights, whether they can use what they need: a process
/// that is started as a worker is tries each path. That knows of access lists and of mounts,
/// which modes and owners do not tell. Where workers have the master's rights, nothing is
/// missing.
public final class Rehearsal {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  // Each argument is a letter, a colon and a path; the paths that cannot be used are printed.
  private static final String SCRIPT =
      """
      for each; do
        path=${each#?:}
        case $each in
          r:*) [ -r "$path" ] && { [ ! -d "$path" ] || [ -x "$path" ]; } ;;
          x:*) [ -x "$path" ] ;;
          *) [ -w "$path" ] ;;
        esac || printf '%s\\n' "$path"
      done
      """;

  private final Privileges privileges;
  private final List<String> tries = new ArrayList<>();

  public Rehearsal(Privileges privileges) {
    this.privileges = privileges;
  }

  /// Workers must read it, or list it if it is a folder; what is not there is left out.
  public Rehearsal reads(Path path) {
    return tries("r:", path);
  }

  /// Workers must write to it; what is not there is left out.
  public Rehearsal writes(Path path) {
    return tries("w:", path);
  }

  /// Workers must come through a folder, which they need not list; what is not there is left out.
  public Rehearsal passes(Path folder) {
    return tries("x:", folder);
  }

  private Rehearsal tries(String letter, Path path) {
    if (Files.exists(path)) {
      tries.add(letter + path);
    }
    return this;
  }

  /// The paths that workers cannot use.
  ///
  /// @throws PrivilegeException if no process can be started with the workers' rights
  public List<String> failures() throws IOException {
    if (privileges.launchPrefix().isEmpty()) {
      return List.of();
    }
    List<String> command = new ArrayList<>(privileges.launchPrefix());
    command.addAll(List.of("sh", "-c", SCRIPT, "sh"));
    command.addAll(tries);
    Process process = new ProcessBuilder(command).start();
    process.getOutputStream().close();
    try {
      CompletableFuture<String> errors =
          CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
      CompletableFuture<String> paths =
          CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
      if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw refused("setpriv did not answer within " + LIMIT.toSeconds() + " s");
      }
      if (process.exitValue() != 0) {
        throw refused(errors.join().strip());
      }
      return paths.join().lines().toList();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while trying the workers' rights", interrupted);
    } finally {
      process.destroyForcibly();
    }
  }

  private static PrivilegeException refused(String reason) {
    return new PrivilegeException(
        ExitCode.NO_PERMISSION, "user: workers cannot be started as that user: " + reason);
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
