package dev.percore.master.upgrade;

import dev.percore.config.ConfigSources;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// How a master is started as this one was.
///
/// @param launcher the start script, by the path by which this master was started: where that
///     is a symbolic link that leads to another build by now, the other build is started
/// @param endsWithInput whether it ends with its standard input, which it then shares with this one
/// @param nice the nice value to which it may go back when it serves; empty if it may not, and so
///     starts with this one's
public record Relaunch(
    Path launcher, ConfigSources sources, boolean endsWithInput, OptionalInt nice) {

  /// The command line of a master that succeeds this one.
  ///
  /// @param socket where this master waits for it
  /// @param startNice by how much it yields while it starts, if it may go back; 0 means not
  List<String> command(Path socket, int startNice) {
    List<String> command = new ArrayList<>();
    if (yields(startNice)) {
      command.addAll(List.of("nice", "-n", Integer.toString(startNice)));
    }
    command.addAll(List.of(launcher.toString(), "run"));
    command.addAll(List.of("-c", sources.file().toAbsolutePath().toString()));
    sources.overrides().forEach(override -> command.addAll(List.of("--set", override)));
    command.addAll(List.of("--succeed", socket.toString()));
    if (endsWithInput) {
      command.add("--until-stdin-ends");
    }
    return List.copyOf(command);
  }

  /// The nice value that it has to go back to when it serves, if it has to.
  OptionalInt niceWhenServing(int startNice) {
    return yields(startNice) ? nice : OptionalInt.empty();
  }

  private boolean yields(int startNice) {
    return nice.isPresent() && startNice > 0;
  }

  /// What it reads.
  ProcessBuilder.Redirect standardInput() {
    return endsWithInput
        ? ProcessBuilder.Redirect.INHERIT
        : ProcessBuilder.Redirect.from(new File("/dev/null"));
  }
}
