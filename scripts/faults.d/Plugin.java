import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;

/// Makes the plugin by which a client can exhaust a worker's heap, as a user makes one.
final class Plugin {
  private Plugin() {}

  static void build(Path source, Path target) throws Exception {
    Path classes = Files.createDirectories(target).resolve("classes");
    run(
        "javac",
        "-d",
        classes.toString(),
        "-cp",
        System.getProperty("java.class.path"),
        source.resolve("example/Exhaust.java").toString());
    run(
        "jar",
        "--create",
        "--file",
        target.resolve("exhaust.jar").toString(),
        "-C",
        classes.toString(),
        ".",
        "-C",
        source.toString(),
        "META-INF");
  }

  private static void run(String tool, String... arguments) {
    int status = ToolProvider.findFirst(tool).orElseThrow().run(System.err, System.err, arguments);
    if (status != 0) {
      throw new IllegalStateException(tool + " failed");
    }
  }
}
