package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `percore doctor` on this machine, whatever it is.
final class DoctorIT {
  @TempDir private Path folder;

  private Distribution.Outcome doctor(String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("doctor"));
    arguments.addAll(PercoreServer.options(folder, "user=root"));
    arguments.addAll(List.of(more));
    return Distribution.run(Distribution.percore(arguments));
  }

  private static String level(JsonNode answer, String id) {
    for (JsonNode finding : answer.path("findings")) {
      if (finding.path("id").asString().equals(id)) {
        return finding.path("level").asString();
      }
    }
    return "not there";
  }

  @Test
  void exitsByTheWorstFindingAndTellsEachInBothForms() throws Exception {
    Distribution.Outcome json = doctor("--json");
    JsonNode answer = Json.parse(json.out());
    String worst = answer.path("worst").asString();

    assertThat(json.exitCode()).isEqualTo(List.of("ok", "note").contains(worst) ? 0 : 1);
    assertThat(json.err()).isEmpty();
    for (String id :
        List.of("java.transport", "signals.block", "java.cache.worker", "port.admin")) {
      assertThat(level(answer, id)).as(id).isEqualTo("ok");
    }
    assertThat(answer.path("findings").size()).isGreaterThan(15);
    assertThat(doctor().out().lines())
        .contains("ok       java.transport: Netty's epoll library loads")
        .last()
        .asString()
        .matches("percore: \\d+ problems, \\d+ warnings, \\d+ notes");
  }

  @Test
  void findsWhatIsWrong() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      Distribution.Outcome outcome =
          doctor(
              "--json",
              "--set=listen.port=" + taken.getLocalPort(),
              "--set=workers=200",
              "--set=worker.heap=100g",
              "--set=user=no-such-user-here");
      JsonNode answer = Json.parse(outcome.out());

      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(answer.path("worst").asString()).isEqualTo("problem");
      assertThat(level(answer, "port.listen")).isEqualTo("problem");
      assertThat(level(answer, "memory.machine")).isEqualTo("problem");
      assertThat(level(answer, "cpu.cores")).isEqualTo("warning");
      assertThat(level(answer, "user")).isEqualTo("problem");
    }
  }

  @Test
  void findsACacheThatDoesNotFitTheOptions() throws Exception {
    JsonNode answer =
        Json.parse(doctor("--json", "--set=worker.jvm_options=-XX:-UseCompactObjectHeaders").out());
    assertThat(level(answer, "java.cache.worker")).isEqualTo("warning");
    assertThat(level(answer, "java.cache.master")).isEqualTo("ok");
  }

  @Test
  void knowsItsOwnServerAndThatOneWarnsAtItsStart() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1", "umask=022")) {
      int port = server.admin().getPort();
      JsonNode answer = Json.parse(doctor("--json", "--set=admin.port=" + port).out());
      assertThat(level(answer, "port.admin")).isEqualTo("ok");
    }
    try (PercoreServer server = PercoreServer.start(folder, "workers=1", "umask=000")) {
      server.output().awaitLine("WARN .*doctor: umask: 000\\. Do not let everybody");
    }
  }

  @Test
  void leavesABadConfigurationToTheCheckOfIt() throws Exception {
    Distribution.Outcome outcome = doctor("--set=listen.port=80800");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("listen.port");
  }
}
