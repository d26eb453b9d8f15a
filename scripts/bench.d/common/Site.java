package common;

import java.nio.file.Path;

/// What every measurement stands on.
///
/// @param distribution Percore, as built
/// @param parts the folder of these programs
/// @param rivals the folder of what the Java servers beside Percore need
/// @param folder for what servers write
/// @param ordinary a command that takes back the privileges of this client, or an empty text
/// @param cores of the machine, and workers of each server
public record Site(
    Path distribution, Path parts, Path rivals, Path folder, String ordinary, int cores) {

  public static Site fromProperties() {
    return new Site(
        Path.of(System.getProperty("bench.distribution")),
        Path.of(System.getProperty("bench.parts")),
        Path.of(System.getProperty("bench.rivals")),
        Path.of(System.getProperty("bench.folder")),
        System.getProperty("bench.ordinary"),
        Runtime.getRuntime().availableProcessors());
  }
}
