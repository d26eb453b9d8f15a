package dev.percore.worker.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// So that benchmarks which nobody has called for months still work.
class BenchmarksTest {

  @Test
  void eachRunsWithoutAnError() throws Exception {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(1))
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    var classes = new TreeSet<String>();
    for (RunResult result : results) {
      String benchmark = result.getParams().getBenchmark();
      classes.add(benchmark.replaceFirst(".*\\.(\\w+)Benchmark\\..*", "$1"));
    }
    assertThat(classes)
        .containsExactly("Encoder", "Expression", "Frame", "Metrics", "Parser", "Router");
  }
}
