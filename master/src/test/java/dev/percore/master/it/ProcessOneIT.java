package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The server as process 1 of a pid namespace, which is what it is in a container.
final class ProcessOneIT {
  private static final List<String> NAMESPACE =
      List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child");

  @TempDir private Path folder;
  private List<Process> started = new ArrayList<>();

  @BeforeEach
  void checkThatThisIsPossibleHere() throws Exception {
    List<String> command = new ArrayList<>(NAMESPACE);
    command.add("true");
    assumeTrue(
        Distribution.run(new ProcessBuilder(command)).exitCode() == 0,
        "needs the right to make a pid namespace");
  }

  @AfterEach
  void endAll() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void buriesOrphansAndLeavesWorkersTheirExitStatus() throws Exception {
    ProcessOutput output = start("workers=1");
    long master = masterPid();
    // Its parent ends at once, so it becomes a child of process 1, and then ends as well.
    String orphan = "/tmp/percore-orphan-" + master;
    assertThat(inside(master, "sh", "-c", "(sleep 0.3; exec true " + orphan + ") & exit 0"))
        .isZero();
    long worker =
        children(master).stream()
            .filter(pid -> hasArgument(pid, "WorkerMain"))
            .findFirst()
            .orElseThrow();
    OsProcesses.send("KILL", worker);

    output.awaitLine("died: signal 9 \\(SIGKILL\\)");
    output.awaitLine("took over slot 0");
    var _ =
        Await.until(
            "one worker and no zombie",
            () -> children(master),
            pids -> pids.size() == 1 && pids.stream().noneMatch(ProcessOneIT::isZombie));
  }

  @Test
  void obeysSignalsAndEndsWhatIsLeft() throws Exception {
    ProcessOutput output = start("workers=1");
    long master = masterPid();
    assertThat(
            inside(
                master,
                "sh",
                "-c",
                "(trap 'echo asked >> "
                    + folder
                    + "/left; exit' TERM; "
                    + "while :; do sleep 0.05; done) & exit 0"))
        .isZero();

    OsProcesses.send("TERM", master);

    output.awaitLine("all workers have ended");
    assertThat(started.getFirst().waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(started.getFirst().exitValue()).isZero();
    assertThat(folder.resolve("left")).hasContent("asked");
    assertThat(PercoreServer.runFolder(folder)).isEmptyDirectory();
  }

  private ProcessOutput start(String... settings) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("run"));
    arguments.addAll(PercoreServer.options(folder, settings));
    ProcessBuilder builder = Distribution.percore(arguments).redirectErrorStream(true);
    builder.command().addAll(0, NAMESPACE);
    Process process = builder.start();
    started.add(process);
    ProcessOutput output = ProcessOutput.of(process.getInputStream());
    output.awaitLine("serving on ");
    assertThat(Files.readString(PercoreServer.runFolder(folder).resolve("percore.pid")).strip())
        .isEqualTo("1");
    return output;
  }

  /// Of process 1, as it is seen from here.
  private long masterPid() throws IOException {
    return children(started.getFirst().pid()).getFirst();
  }

  private int inside(long master, String... command) throws Exception {
    List<String> all =
        new ArrayList<>(List.of("nsenter", "--pid", "--mount", "--target", Long.toString(master)));
    all.addAll(List.of(command));
    return new ProcessBuilder(all).inheritIO().start().waitFor();
  }

  private static List<Long> children(long parent) throws IOException {
    List<Long> pids = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(process.getFileName().toString());
        if (stat(pid)[1].equals(Long.toString(parent))) {
          pids.add(pid);
        }
      }
    }
    return pids;
  }

  private static boolean isZombie(long pid) {
    return stat(pid)[0].equals("Z");
  }

  // State, parent and so on: the fields behind the name, which may hold blanks.
  private static String[] stat(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    } catch (IOException gone) {
      return new String[] {"", ""};
    }
  }

  private static boolean hasArgument(long pid, String text) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline")).contains(text);
    } catch (IOException gone) {
      return false;
    }
  }
}
