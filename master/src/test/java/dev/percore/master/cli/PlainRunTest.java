package dev.percore.master.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.master.Origin;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainRunTest {

  @Test
  void readsWhatIsPlain() {
    assertThat(plain("run")).contains(new PlainRun(null, List.of(), Origin.ORDINARY));
    assertThat(
            plain(
                "run --set a=1 -c /etc/p.yaml --set b=-1 --succeed /run/p.sock --until-stdin-ends"))
        .contains(
            new PlainRun(
                Path.of("/etc/p.yaml"),
                List.of("a=1", "b=-1"),
                new Origin(Optional.of(Path.of("/run/p.sock")), true)));
    assertThat(plain("run --config p.yaml"))
        .contains(new PlainRun(Path.of("p.yaml"), List.of(), Origin.ORDINARY));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--set a=1 run",
        "status",
        "run extra",
        "run -h",
        "run --help",
        "run --set=a=1",
        "run --set",
        "run --set --config",
        "run -c a -c b",
        "run --config a -c b",
        "run --until-stdin-ends --until-stdin-ends",
        "run --succeed a --succeed b",
        "run @arguments",
        "run --set @arguments",
        "run --set \"a=1\"",
        "run -- extra",
        "run -ca",
        "run --unknown x"
      })
  void leavesAllElseToPicocli(String line) {
    assertThat(plain(line)).isEmpty();
  }

  @Test
  void leavesAnEmptyCommandLineToPicocli() {
    assertThat(PlainRun.of()).isEmpty();
    assertThat(PlainRun.of("run", "--set", "")).isEmpty();
  }

  private static Optional<PlainRun> plain(String line) {
    return PlainRun.of(line.split(" "));
  }
}
