package common;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A server that is a process of ours, and perhaps its children.
public abstract class Launched implements Server {
  private final Process process;
  private final URI base;
  private final String commandLine;
  private final Path log;

  protected Launched(Site site, URI base, List<String> command, Path log) throws IOException {
    this.base = base;
    this.commandLine = String.join(" ", command);
    this.log = log;
    this.process =
        Program.start(
            Program.command(site, command)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())));
  }

  /// Where a server listens that was told this port.
  protected static URI loopback(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  public final long pid() {
    return process.pid();
  }

  /// What it has printed so far.
  public final String log() throws IOException {
    return Files.readString(log);
  }

  /// @throws IOException with its log, if it has ended
  public final void requireAlive() throws IOException {
    if (!process.isAlive()) {
      throw new IOException(commandLine + " has ended: " + log());
    }
  }

  @Override
  public final URI base() {
    return base;
  }

  @Override
  public final String commandLine() {
    return commandLine;
  }

  @Override
  public final List<Long> workers() {
    List<Long> children = process.children().map(ProcessHandle::pid).toList();
    return children.isEmpty() ? List.of(process.pid()) : children;
  }

  @Override
  public final void close() {
    Program.stop(process);
  }
}
