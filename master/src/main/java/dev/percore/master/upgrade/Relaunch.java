package dev.percore.master.upgrade;

import dev.percore.config.ConfigSources;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How a master is started as this one was.
///
/// @param launcher the start script, by the path by which this master was started: where that
///     is a symbolic link that leads to another build by now, the other build is started
/// @param endsWithInput whether it ends with its standard input, which it then shares with this one
public record Relaunch(Path launcher, ConfigSources sources, boolean endsWithInput) {

  /// The command line of a master that succeeds this one.
  ///
  /// @param socket where this master waits for it
  List<String> command(Path socket) {
    List<String> command = new ArrayList<>(List.of(launcher.toString(), "run"));
    command.addAll(List.of("-c", sources.file().toAbsolutePath().toString()));
    sources.overrides().forEach(override -> command.addAll(List.of("--set", override)));
    command.addAll(List.of("--succeed", socket.toString()));
    if (endsWithInput) {
      command.add("--until-stdin-ends");
    }
    return List.copyOf(command);
  }

  /// What it reads.
  ProcessBuilder.Redirect standardInput() {
    return endsWithInput
        ? ProcessBuilder.Redirect.INHERIT
        : ProcessBuilder.Redirect.from(new File("/dev/null"));
  }
}
