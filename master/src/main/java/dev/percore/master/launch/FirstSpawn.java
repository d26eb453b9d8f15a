package dev.percore.master.launch;

/// What the first start of a process in a JVM waits for: [ProcessBuilder] asks for a logger, for
/// which the JDK looks in each jar of the class path and opens them all. That is some 20 ms on the
/// event loop, while there is no worker yet.
public final class FirstSpawn {
  private FirstSpawn() {}

  /// Asks beforehand, on a thread of its own.
  public static void prepare() {
    Thread.ofPlatform()
        .name("jars")
        .daemon()
        .start(() -> System.getLogger(ProcessBuilder.class.getName()));
  }
}
