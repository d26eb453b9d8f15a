package dev.percore.master.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What JVMs of this distribution have learned in a training run (JEP 514): classes already
/// loaded and linked, so that the next start is about twice as fast. An optimisation and no
/// more: a cache that is missing, or was made by another Java or from other jars, is ignored by
/// the JVM.
public final class AotCache {
  private static final Path FOLDER = Path.of("cache");

  /// A cache also remembers which methods were compiled, and a JVM that uses it compiles them
  /// early. So one that records compiles only what is called 2,000 times: what runs at the start
  /// alone is not worth it. docs/decisions/compiled-code.md
  private static final String HOT_ALONE = "-XX:CompileThresholdScaling=10";

  /// What a start, or a JVM that records, is busy with and one that serves is not: making classes,
  /// some thousand for lambdas, which a JVM with a cache takes from there; opening jars; patterns
  /// and streams. docs/decisions/compiled-code.md
  private static final List<String> OF_TRAINING_ALONE =
      List.of(
          "java.lang.classfile.*",
          "jdk.internal.classfile.*",
          "java.lang.invoke.*",
          "sun.invoke.*",
          "java.util.jar.*",
          "java.util.zip.*",
          "java.util.regex.*",
          "java.util.stream.*",
          "sun.reflect.*");

  private final Path home;
  private final Path name;

  private AotCache(Path home, String name) {
    this.home = home;
    this.name = FOLDER.resolve(name);
  }

  /// The master's cache. `bin/percore` uses it under the same name.
  public static AotCache ofMaster(Path home) {
    return new AotCache(home, "master.aot");
  }

  /// The workers' cache.
  public static AotCache ofWorker(Path home) {
    return new AotCache(home, "worker.aot");
  }

  /// Where the caches of a distribution lie.
  public static Path folder(Path home) {
    return home.resolve(FOLDER);
  }

  /// The file, which need not exist.
  public Path file() {
    return home.resolve(name);
  }

  /// The options that have a JVM write the cache when it ends. They are free of white space and
  /// quotes, whatever the home is called, and so hold for JVMs that are started in the home.
  public List<String> recordOptions() {
    List<String> options = new ArrayList<>();
    options.add("-XX:AOTCacheOutput=" + name);
    options.add(HOT_ALONE);
    options.add("-XX:CompileCommand=quiet");
    for (String classes : OF_TRAINING_ALONE) {
      options.add("-XX:CompileCommand=exclude," + classes + "::*");
    }
    return List.copyOf(options);
  }

  /// The options that have a JVM use the cache; none if there is no cache. They silence the
  /// JVM's warnings about a cache that does not fit, which would go to the standard output
  /// among the log lines.
  public List<String> useOptions() {
    return Files.isReadable(file())
        ? List.of("-XX:AOTCache=" + file(), "-Xlog:aot=off,cds=off")
        : List.of();
  }
}
