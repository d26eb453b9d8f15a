package common;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A server beside Percore.
public final class Rival implements Server {
  private static final int START_SECONDS_MAX = 20;

  private final Process process;
  private final URI base;
  private final String commandLine;
  private final Path log;

  private Rival(Process process, URI base, String commandLine, Path log) {
    this.process = process;
    this.base = base;
    this.commandLine = commandLine;
    this.log = log;
  }

  static Rival start(Site site, int port, List<String> command, Path log) throws Exception {
    Process process =
        Program.start(
            Program.command(site, command)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())));
    URI base = URI.create("http://127.0.0.1:" + port);
    var rival = new Rival(process, base, String.join(" ", command), log);
    try {
      rival.awaitAnswer();
      return rival;
    } catch (IOException noAnswer) {
      rival.close();
      throw noAnswer;
    }
  }

  private void awaitAnswer() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
    while (true) {
      try (Http connection = new Http(base)) {
        connection.get("/healthz");
        return;
      } catch (IOException notYet) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw new IOException(commandLine + " does not answer: " + log(), notYet);
        }
        LockSupport.parkNanos(50_000_000); // and looks again
      }
    }
  }

  /// What it has printed so far.
  public String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public URI base() {
    return base;
  }

  @Override
  public String commandLine() {
    return commandLine;
  }

  @Override
  public List<Long> workers() {
    List<Long> children = process.children().map(ProcessHandle::pid).toList();
    return children.isEmpty() ? List.of(process.pid()) : children;
  }

  @Override
  public void close() {
    Program.stop(process);
  }
}
