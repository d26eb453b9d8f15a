package dev.percore.master.cli;

import dev.percore.master.Origin;
import dev.percore.master.launch.FirstSpawn;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A command line that runs the server in the way that scripts and service managers do: `run`, and
/// behind it nothing but options that are spelled out, each value an argument of its own.
///
/// Everything else, and all that may be a mistake, is for picocli. That library is made for Java 5,
/// whose classes no AOT cache takes, and reading them would take a third of a second of each start.
///
/// @param configFile the one that is named; null if none is
record PlainRun(@Nullable Path configFile, List<String> overrides, Origin origin) {

  PlainRun {
    overrides = List.copyOf(overrides);
  }

  /// Reads the command line; empty if it is not so plain.
  static Optional<PlainRun> of(String... arguments) {
    try {
      return read(Arrays.asList(arguments).iterator());
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }

  private static Optional<PlainRun> read(Iterator<String> words) {
    if (!words.hasNext() || !words.next().equals("run")) {
      return Optional.empty();
    }
    List<Path> configFiles = new ArrayList<>();
    List<String> overrides = new ArrayList<>();
    List<Path> predecessors = new ArrayList<>();
    boolean untilStdinEnds = false;
    while (words.hasNext()) {
      String option = words.next();
      if (option.equals("--until-stdin-ends") && !untilStdinEnds) {
        untilStdinEnds = true;
        continue;
      }
      String value = words.hasNext() ? words.next() : "";
      if (value.isEmpty() || "-@\"".indexOf(value.charAt(0)) >= 0) { // picocli knows of these
        return Optional.empty();
      }
      switch (option) {
        case "--set" -> overrides.add(value);
        case "-c", "--config" -> configFiles.add(Path.of(value));
        case "--succeed" -> predecessors.add(Path.of(value));
        default -> {
          return Optional.empty();
        }
      }
    }
    if (configFiles.size() > 1 || predecessors.size() > 1) {
      return Optional.empty();
    }
    var origin = new Origin(predecessors.stream().findFirst(), untilStdinEnds);
    return Optional.of(
        new PlainRun(configFiles.isEmpty() ? null : configFiles.getFirst(), overrides, origin));
  }

  /// Becomes the master, and returns the exit code.
  int execute(Surroundings surroundings) {
    FirstSpawn.prepare();
    try {
      return Configuration.of(surroundings, configFile, overrides).run(surroundings, origin);
    } catch (CommandFailure | RuntimeException failure) {
      return FailureText.print(failure, surroundings.err());
    }
  }
}
