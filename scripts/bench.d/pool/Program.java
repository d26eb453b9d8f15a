import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Programs of the machine.
final class Program {
  private Program() {}

  static boolean isInstalled(String program) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /// Not yet started; without the priority of this client.
  static ProcessBuilder command(Setup setup, String... words) {
    List<String> command = new ArrayList<>();
    if (!setup.ordinary().isEmpty()) {
      command.addAll(List.of(setup.ordinary().split(" ")));
    }
    command.addAll(List.of(words));
    var builder = new ProcessBuilder(command);
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    return builder;
  }
}
