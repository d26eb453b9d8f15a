package pool;

import common.Program;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What `multiprocessing.Pool` takes, where Python is installed.
///
/// @param figures none if it is not
record PythonPool(Optional<Figures> figures) {
  /// Python counts fewer, since a step takes it much longer; its time is scaled up.
  private static final int SHARE = 10;

  private static final int CALLS = 2_000;

  /// @param classicSeconds five times the count, scaled up
  /// @param applyMicros median of a round trip
  record Figures(double classicSeconds, double applyMicros) {}

  static PythonPool measure(Setup setup) throws IOException, InterruptedException {
    if (!Program.isInstalled("python3")) {
      return new PythonPool(Optional.empty());
    }
    List<String> command =
        List.of(
            "python3",
            setup.site().parts().resolve("pool/pool.py").toString(),
            Integer.toString(setup.cores()),
            Long.toString(Classic.steps(setup) / SHARE),
            Integer.toString(CALLS));
    String output = Program.output(setup.site(), command).strip();
    String[] words = output.split(" ");
    return new PythonPool(
        Optional.of(
            new Figures(Double.parseDouble(words[0]) * SHARE, Double.parseDouble(words[1]))));
  }
}
