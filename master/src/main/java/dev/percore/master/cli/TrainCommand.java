package dev.percore.master.cli;

import dev.percore.master.ExitCode;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `percore train`: makes later starts faster with the Java in use.
@Command(
    name = "train",
    description = {
      "Makes later starts faster: runs the server once, sends it requests, and keeps in cache/ what"
          + " the JVMs have learned.",
      "Run it once for each Java; without it, or after a change of Java or jars, starts are just"
          + " slower."
    })
final class TrainCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  TrainCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    var training = new Training(surroundings.home(), surroundings.environment());
    long bytes;
    try {
      bytes = training.run();
    } catch (FileSystemException e) {
      throw CommandFailure.of("cannot use " + e.getFile(), e);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.FAILURE, "the training run failed: " + e, e);
    }
    surroundings
        .out()
        .println("percore: trained; %d MiB in %s".formatted(bytes >> 20, training.cacheFolder()));
    return ExitCode.OK.code();
  }
}
