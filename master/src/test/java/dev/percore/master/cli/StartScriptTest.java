package dev.percore.master.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `bin/percore` with a Java that only prints what it was started with.
final class StartScriptTest {
  private static final Path DIST = Path.of("src/main/dist");

  private final Map<String, String> environment = new TreeMap<>();

  @TempDir private Path folder;

  private record Outcome(long pid, int exitCode, String out, String err) {}

  @BeforeEach
  void copyTheScript() throws IOException {
    for (String file : List.of("bin/percore", "lib/java.sh")) {
      Files.createDirectories(home().resolve(file).getParent());
      Files.copy(DIST.resolve(file), home().resolve(file));
    }
    makeExecutable(home().resolve("bin/percore"));
    environment.put("PERCORE_JAVA_HOME", fakeJava("java", "25.0.1").toString());
    environment.put("HOME", folder.toString());
    environment.put("PATH", System.getenv("PATH"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "run",
        "-c stop",
        "--set a=status run",
        "--set a=b --set c=d",
        "run -c x",
        "--set=a=b"
      })
  void startsTheMasterInItsOwnPlace(String arguments) throws Exception {
    Outcome outcome = percore(arguments);

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out().lines())
        .contains("pid " + outcome.pid(), "-Xrs", "-Xmx96m", "-Dpercore.home=" + home())
        .contains(home() + "/lib/*", Percore.class.getName())
        .anyMatch(line -> line.startsWith("SigBlk:") && !line.endsWith("0000000000000000"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"status", "-c x workers", "-t", "-tc x", "-V", "run --help", "--set a=b stop"})
  void startsShortCommandsWithSignalsAsTheyAre(String arguments) throws Exception {
    assertThat(percore(arguments).out().lines())
        .contains("-Xshare:auto", Percore.class.getName())
        .doesNotContain("-Xrs")
        .anyMatch(line -> line.startsWith("SigBlk:") && line.endsWith("0000000000000000"));
  }

  @Test
  void blocksTheSignalsThatTheMasterReads() throws Exception {
    String mask =
        percore("run").out().lines().filter(line -> line.startsWith("SigBlk:")).findFirst().get();
    long blocked = Long.parseUnsignedLong(mask.substring("SigBlk:".length()).strip(), 16);

    // HUP 1, INT 2, QUIT 3, USR1 10, USR2 12, TERM 15, TTIN 21, TTOU 22, WINCH 28; bit 0 is signal
    // 1
    for (int signal : new int[] {1, 2, 3, 10, 12, 15, 21, 22, 28}) {
      assertThat(blocked >> (signal - 1) & 1).as("signal %d", signal).isOne();
    }
  }

  @Test
  void passesArgumentsOnUnharmed() throws Exception {
    List<String> arguments = List.of("run", "--set", "a=b  c", "--set", "d=*", "--set", "e=$HOME");

    assertThat(start(home().resolve("bin/percore"), arguments).out().lines())
        .containsSubsequence("run", "--set", "a=b  c", "--set", "d=*", "--set", "e=$HOME");
  }

  @Test
  void findsItsHomeThroughLinks() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("second"));
    Files.createSymbolicLink(folder.resolve("second"), home().resolve("bin/percore"));

    assertThat(start(link, List.of("run")).out()).contains("-Dpercore.home=" + home() + "\n");
  }

  @Test
  void putsTheUsersJvmOptionsLast() throws Exception {
    environment.put("PERCORE_JAVA_OPTS", "-Xmx1g  -Dx=*");

    assertThat(percore("run").out().lines()).containsSubsequence("-Xmx96m", "-Xmx1g", "-Dx=*");
  }

  @Test
  void takesTheJavaOfThePathWhereJavaHomeIsTooOld() throws Exception {
    environment.remove("PERCORE_JAVA_HOME");
    environment.put("JAVA_HOME", fakeJava("old", "21.0.4").toString());
    Path links = Files.createDirectory(folder.resolve("links"));
    Files.createSymbolicLink(links.resolve("java"), fakeJava("new", "26").resolve("bin/java"));
    environment.put("PATH", links + ":" + System.getenv("PATH"));

    assertThat(percore("status").out()).startsWith("java new\n");
  }

  @Test
  void asksAJavaWithoutReleaseFileForItsVersion() throws Exception {
    Path java = fakeJava("bare", "");
    Files.delete(java.resolve("release"));
    Files.writeString(
        java.resolve("bin/java"),
        """
        #!/bin/sh
        [ "$1" = -version ] || exec echo started
        echo 'openjdk version "27-ea" 2027-09-14' >&2
        """);
    environment.put("PERCORE_JAVA_HOME", java.toString());

    assertThat(percore("status").out()).isEqualTo("started\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"17.0.2", "1.8.0_402", "", "garbage"})
  void saysInOneLineThatTheNamedJavaDoesNotFit(String version) throws Exception {
    environment.put("PERCORE_JAVA_HOME", fakeJava("old", version).toString());

    Outcome outcome = percore("run");

    assertThat(outcome.exitCode()).isEqualTo(69);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).startsWith("percore: PERCORE_JAVA_HOME=").contains("25 or later");
  }

  private Path home() {
    return folder.resolve("home");
  }

  /// A folder that looks like a JDK whose `java` prints its pid, its signal mask and its arguments.
  private Path fakeJava(String name, String version) throws IOException {
    Path java = folder.resolve(name);
    Files.createDirectories(java.resolve("bin"));
    Files.writeString(
        java.resolve("release"), "OS_NAME=\"Linux\"\nJAVA_VERSION=\"" + version + "\"\n");
    Files.writeString(
        java.resolve("bin/java"),
        """
        #!/bin/sh
        echo "java %s"
        echo "pid $$"
        printf '%%s\\n' "$@"
        exec grep SigBlk /proc/self/status
        """
            .formatted(name));
    makeExecutable(java.resolve("bin/java"));
    return java;
  }

  private Outcome percore(String arguments) throws IOException, InterruptedException {
    List<String> words = arguments.isEmpty() ? List.of() : List.of(arguments.split(" "));
    return start(home().resolve("bin/percore"), words);
  }

  private Outcome start(Path script, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(arguments);
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.pid(), process.waitFor(), out, Files.readString(err));
  }

  private static void makeExecutable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
