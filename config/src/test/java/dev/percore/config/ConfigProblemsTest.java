package dev.percore.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigProblemsTest {

  private static final String FILE = "conf/percore.yaml:";

  @TempDir private Path home = Path.of("/");

  private List<String> problems(String yaml) throws Exception {
    return new TestSources(home).problems(yaml);
  }

  private List<String> problems(Map<String, String> environment, String... overrides)
      throws Exception {
    return new TestSources(home).problems("", environment, overrides);
  }

  @Test
  void tellsFileLineKeyFoundAndAllowed() throws Exception {
    assertThat(problems("# first\n\nlisten:\n  address: ::1\n  port: 80800\n"))
        .containsExactly(
            FILE + "5: listen.port: found \"80800\", allowed: a whole number from 0 to 65535");
  }

  @Test
  void tellsWhatALimitOnClientsMayBe() throws Exception {
    String yaml =
        """
        client_limits:
          key: header:X Key
          rate: 10
          exempt: [10.0.0.0/8, localhost]
        """;
    assertThat(problems(yaml))
        .containsExactly(
            FILE
                + "2: client_limits.key: found \"header:X Key\", allowed: address, or header: and"
                + " the name of a header field, such as header:X-Api-Key",
            FILE
                + "3: client_limits.rate: found \"10\", allowed: off, or requests per second or"
                + " minute up to 99999, such as 10/s or 30/m",
            FILE
                + "4: client_limits.exempt: found \"localhost\", allowed: an address or a network"
                + " such as 10.0.0.0/8, without bits beyond its length");
  }

  @Test
  void tellsTheSamePartByPart() throws Exception {
    ConfigSources sources = new TestSources(home).sources("listen:\n  prt: 1\n", Map.of());
    ConfigException exception =
        catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(sources));

    assertThat(exception.problems())
        .containsExactly(
            new ConfigProblem(
                "conf/percore.yaml",
                2,
                "listen.prt",
                "an unknown setting",
                "one of address, port, tcp, backlog, extra, proxy_protocol, tcp_nodelay, fast_open,"
                    + " incoming_cpu, keepalive, keepalive_idle, keepalive_interval,"
                    + " keepalive_count, unix_mode",
                "listen.port"));
  }

  @ParameterizedTest
  @CsvSource({
    "'run_dir: r\\nworkers: x\\nbogus: 1', '', true",
    "'run_dir: r\\nshutdown: {fast: 9}', '', true",
    "'listen: [', run_dir=r, true",
    "'workers: x', '', false",
    "'workers: x\\nrundir: r', '', false",
    "'run_dir: \\nworkers: x', '', false",
    "'run_dir: r\\nrun_dir: s', '', false",
    "'run_dir: r', rundir=s, false",
    "'run_dir: r\\nlisten: [', '', false"
  })
  void tellsWhetherTheRunFolderIsBeyondDoubt(String yaml, String override, boolean certain)
      throws Exception {
    String[] overrides = override.isEmpty() ? new String[0] : new String[] {override};
    ConfigSources sources =
        new TestSources(home).sources(yaml.replace("\\n", "\n"), Map.of(), overrides);
    ConfigException exception =
        catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(sources));

    assertThat(exception.isRunDirCertain()).isEqualTo(certain);
    if (certain) {
      assertThat(exception.remainder().config().runDir()).isEqualTo(home.resolve("r"));
    }
  }

  private static List<String> topLevel() {
    return Stream.concat(
            Settings.ofSection("").stream().map(Setting::key),
            Section.all().stream().map(Section::name))
        .toList();
  }

  @Test
  void tellsAllProblemsOfAllSourcesAtOnce() throws Exception {
    String yaml = "workers: 0\nnonsense: 1\nsupervision: {backoff_initial: 1m}\n";
    Map<String, String> environment = Map.of("PERCORE_IO_QUEUE", "-1", "PERCORE_LISTEN_PRT", "1");

    assertThat(new TestSources(home).problems(yaml, environment, "log.level=loud", "x"))
        .containsExactly(
            FILE + "1: workers: found \"0\", allowed: auto or a whole number from 1 to 256",
            FILE
                + "2: nonsense: found an unknown setting, allowed: one of "
                + String.join(", ", topLevel()),
            FILE
                + "3: supervision.backoff_initial: found \"1m\", allowed: at most"
                + " supervision.backoff_max (30s)",
            "PERCORE_LISTEN_PRT: found an unknown setting, allowed: PERCORE_ and the key of a"
                + " setting in capitals, such as PERCORE_LISTEN_PORT;"
                + " did you mean PERCORE_LISTEN_PORT?",
            "--set: found \"x\", allowed: key=value",
            "PERCORE_IO_QUEUE: io.queue: found \"-1\", allowed: a whole number from 0 to 100000",
            "--set: log.level: found \"loud\", allowed: one of error, warn, info, debug, trace");
  }

  @ParameterizedTest
  @CsvSource({
    "lisen.port, listen.port",
    "worker, workers",
    "limits.request_lines, limits.request_line",
    "log.levle, log.level",
    "accesslog.format, access_log.format",
    "port, listen.port",
    "Workers, workers"
  })
  void guessesTheKeyThatWasMeant(String found, String meant) throws Exception {
    assertThat(problems(Map.of(), found + "=1"))
        .singleElement()
        .asString()
        .startsWith("--set: " + found + ": found an unknown setting")
        .endsWith("; did you mean " + meant + "?");
  }

  @Test
  void guessesNothingWhereNothingComesNear() throws Exception {
    assertThat(problems(Map.of("PERCORE_QUXXYZZY_PLUGH", "1"), "entirely.different=1"))
        .hasSize(2)
        .noneMatch(line -> line.contains("did you mean"));
  }

  @ParameterizedTest
  @CsvSource({
    "PERCORE_PORT, PERCORE_LISTEN_PORT",
    "PERCORE_LISTENPORT, PERCORE_LISTEN_PORT",
    "PERCORE_LOG_LEVLE, PERCORE_LOG_LEVEL"
  })
  void guessesTheVariableThatWasMeant(String found, String meant) throws Exception {
    assertThat(problems(Map.of(found, "1")))
        .singleElement()
        .asString()
        .endsWith("; did you mean " + meant + "?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "workers:                       |1: workers: found nothing",
        "listen: {port: [1, 2]}         |1: listen.port: found a list",
        "listen: {port: {a: 1}}         |1: listen.port: found names with values",
        "worker: {jvm_options: -Xa}     |1: worker.jvm_options: found \"-Xa\", allowed: a list",
        "worker: {jvm_options: [[a]]}   |1: worker.jvm_options: found a list, allowed: a text on",
        "worker: {jvm_options: [a, ~]}  |1: worker.jvm_options: found nothing, allowed: a text on",
        "listen: [1]                    |1: listen: found a list, allowed: a section with address",
        "worker: 4      |1: worker: found \"4\", allowed: a section with heap, jvm_options",
        "lisen: {port: 1}               |1: lisen.port: found an unknown setting",
        "listen.port: 1   |1: listen.port: found section and name in one, allowed: port within",
        "[1, 2]                         |1: found a list, allowed: settings as `name: value`",
        "just text                      |1: found \"just text\", allowed: settings as",
        "{[a]: 1}                       |1: found a list, allowed: the name of a setting",
        "{~: 1}                         |1: found nothing, allowed: the name of a setting",
        "static: {path: /calc/x/}       |1: static.path: found \"/calc/x/\", allowed: a path that",
        "static: {path: /x}             |1: static.path: found \"/x\"",
        "static: {path: /}              |1: static.path: found \"/\"",
        "static: {path: /a/../b/}       |1: static.path: found \"/a/../b/\"",
        "static: {index: a/b}           |1: static.index: found \"a/b\"",
        "static: {index: ..}            |1: static.index: found \"..\"",
        "listen: {address: localhost}   |1: listen.address: found \"localhost\", allowed: an IPv4",
        "access_log: {file: ''}         |1: access_log.file: found nothing",
        "worker: {heap: 31m}            |1: worker.heap: found \"31m\", allowed: a size from 32m",
        "log: {level: \"a\\nb\"}        |1: log.level: found \"a\\u000ab\"",
      })
  void tellsWhatIsWrongWithAValue(String yaml, String problem) throws Exception {
    assertThat(problems(yaml)).singleElement().asString().startsWith(FILE + problem);
  }

  @Test
  void tellsTheLineOfAnItem() throws Exception {
    assertThat(problems("worker:\n  jvm_options:\n    - -Xa\n    - ''\n"))
        .singleElement()
        .asString()
        .startsWith(FILE + "4: worker.jvm_options: found nothing");
  }

  @Test
  void tellsBothLinesOfARepetition() throws Exception {
    assertThat(problems("workers: 1\nlisten:\n  port: 1\n  port: 2\nworkers: 1\n"))
        .containsExactly(
            FILE + "4: listen.port: found a repetition of line 3, allowed: each name once",
            FILE + "5: workers: found a repetition of line 1, allowed: each name once");
  }

  @ParameterizedTest
  @CsvSource({
    "supervision.backoff_max=50ms, supervision.backoff_max, at least supervision.backoff_initial",
    "limits.body=17m, limits.body, at most an eighth of worker.heap (128m)",
    "static.cache=17m, static.cache, at most an eighth of worker.heap (128m)",
    "supervision.heartbeat_interval=20s, supervision.heartbeat_interval, shorter than",
    "supervision.heartbeat_timeout=1s, supervision.heartbeat_timeout, longer than",
    "listen.port=9180, listen.port, 'on overlapping addresses, a port other than admin.port"
        + " (9180)'",
    "admin.port=8080, admin.port, 'on overlapping addresses, a port other than listen.port (8080)'"
  })
  void tellsWhatDoesNotGoTogether(String override, String key, String allowed) throws Exception {
    assertThat(problems(Map.of(), override))
        .singleElement()
        .asString()
        .startsWith("--set: " + key + ": found ")
        .contains("allowed: " + allowed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "listen: {extra: ['1.2.3.4:80', '*:80']}  |1: listen.extra: found \"*:80\", allowed: addr",
        "trusted_proxies: [10.0.0.1/8]            |1: trusted_proxies: found \"10.0.0.1/8\"",
        "listen: {unix_mode: 0999}                |1: listen.unix_mode: found \"0999\"",
        "listen: {extra: ['127.0.0.1:8080']}      |1: listen.extra: found \"127.0.0.1:8080\","
            + " allowed: an address that does not overlap 0.0.0.0:8080",
        "listen: {extra: ['[::1]:1', '[0::1]:1']} |1: listen.extra: found \"[::1]:1\", allowed: an"
            + " address that does not overlap [::1]:1",
        "listen: {extra: ['127.0.0.1:9180']}      |1: listen.extra: found \"127.0.0.1:9180\","
            + " allowed: an address that does not overlap 127.0.0.1:9180 of admin",
        "listen: {tcp: false, extra: ['127.0.0.1:9180']} |1: listen.extra: found"
            + " \"127.0.0.1:9180\", allowed: an address that does not overlap 127.0.0.1:9180 of"
            + " admin",
        "listen: {tcp: false}                     |1: listen.tcp: found \"false\", allowed: true"
            + " while listen.extra is empty, or nobody could connect",
        "listen: {extra: ['unix:a', 'unix:./a']}  |1: listen.extra: found \"unix:",
        "listen: {proxy_protocol: true}           |1: listen.proxy_protocol: found \"true\","
            + " allowed: this only with at least one of trusted_proxies",
        "listen: {extra: ['[::1]:1 proxy_protocol']} |1: listen.extra: found"
            + " \"[::1]:1 proxy_protocol\", allowed: this only with",
      })
  void tellsWhichAddressIsWrong(String yaml, String problem) throws Exception {
    assertThat(problems(yaml)).singleElement().asString().startsWith(FILE + problem);
  }

  @Test
  void tellsWhichItemOfAVariableIsWrong() throws Exception {
    assertThat(problems(Map.of("PERCORE_TRUSTED_PROXIES", "10.0.0.0/8 proxy ::1/129")))
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .startsWith("PERCORE_TRUSTED_PROXIES: trusted_proxies: found \"proxy\""),
            second -> assertThat(second).contains("found \"::1/129\""));
  }

  @Test
  void letsBothFamiliesShareAPort() throws Exception {
    assertThat(problems("listen: {extra: ['[::]:8080', '127.0.0.1:0', '[::1]:0']}")).isEmpty();
  }

  @Test
  void letsTwoAddressesOrTwoChosenPortsBe() throws Exception {
    assertThat(problems(Map.of(), "listen.address=127.0.0.2", "listen.port=9180")).isEmpty();
    assertThat(problems(Map.of(), "listen.port=0", "admin.port=0")).isEmpty();
    assertThat(problems(Map.of(), "listen.port=81", "admin.port=81", "admin.tcp=false")).isEmpty();
    assertThat(problems(Map.of(), "admin.port=8080", "listen.tcp=false", "listen.extra=unix:a"))
        .isEmpty();
    assertThat(
            problems(
                Map.of(),
                "listen.address=::1",
                "admin.address=0:0:0:0:0:0:0:1",
                "listen.port=9180"))
        .hasSize(1);
  }

  @Test
  void saysNothingOfTwoSettingsWhenOneIsWrongAlready() throws Exception {
    assertThat(problems(Map.of(), "supervision.backoff_initial=1m", "supervision.backoff_max=x"))
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "listen:\\n  port: 1\\n bad: 2     |3: found no YAML: ",
        "workers: [1                       |1: found no YAML: ",
        "workers: *x                       |1: found an alias, allowed: the values themselves",
        "\\nworkers: &x 1                  |2: found an anchor, allowed: the values themselves",
        "workers: !!int 1                  |1: found the tag \"tag:yaml.org,2002:int\"",
        "workers: 1\\n---\\nworkers: 2     |2: found a second document, allowed: one document",
        "workers: 1\\nlisten:\\n  address: BELL |3: found a control character",
        "listen:\\n\\tport: 1              |2: found no YAML: "
      })
  void tellsWhatIsWrongWithTheYaml(String yaml, String problem) throws Exception {
    assertThat(problems(yaml.translateEscapes().replace("BELL", "\u0007")))
        .isNotEmpty()
        .first()
        .asString()
        .startsWith(FILE + problem);
  }

  @Test
  void refusesAliasesThatMultiply() throws Exception {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      yaml.append("a%d: &a%d [*a%d, *a%3$d, *a%3$d, *a%3$d]\n".formatted(i, i, i - 1));
    }

    assertThat(problems(yaml.toString()))
        .allMatch(line -> line.matches(FILE + "\\d+: found an a.*"));
  }

  @Test
  void refusesEndlessDepth() throws Exception {
    assertThat(problems("worker:\n  jvm_options: " + "[".repeat(100_000) + "]".repeat(100_000)))
        .containsExactly(FILE + "2: found no YAML: more than 16 levels, allowed: a YAML document");
  }

  @Test
  void refusesAFileThatIsTooLarge() throws Exception {
    assertThat(problems("# " + "x".repeat(300_000)))
        .containsExactly(
            "conf/percore.yaml: found more than 262144 bytes, allowed: a file up to that size");
  }

  @Test
  void refusesAFileThatIsNotUtf8() throws Exception {
    ConfigSources sources = new TestSources(home).sources("", Map.of());
    Files.write(sources.file(), new byte[] {'a', (byte) 0xff});

    assertThat(catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(sources)))
        .hasMessage("conf/percore.yaml: found bytes that are not UTF-8, allowed: text in UTF-8");
  }

  @Test
  void refusesAFolder() {
    ConfigSources sources = new ConfigSources(home, Map.of(), List.of(), home.resolve("x"));

    assertThat(catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(sources)))
        .hasMessage(home + ": found a folder, allowed: a YAML file that can be read");
  }

  @Test
  void refusesAFileThatItMayNotRead() throws Exception {
    ConfigSources sources = new TestSources(home).sources("", Map.of());
    Files.setPosixFilePermissions(sources.file(), PosixFilePermissions.fromString("---------"));
    Assumptions.assumeFalse(Files.isReadable(sources.file()), "root reads everything");

    assertThat(catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(sources)))
        .hasMessageContaining("found no permission to read it");
  }

  @Test
  void showsLongAndStrangeTextsOnOneShortLine() throws Exception {
    assertThat(problems("\"a\\nb\": {\"c\\rd\": 1, \"c\\rd\": 2, [x]: 3}"))
        .hasSize(3)
        .allMatch(line -> line.startsWith(FILE + "1: \"a\\u000ab"));
    assertThat(problems(Map.of(), "a\nb=1", "workers=" + "9".repeat(5000)))
        .hasSize(2)
        .allMatch(line -> line.length() < 300)
        .anyMatch(line -> line.startsWith("--set: \"a\\u000ab\": found an unknown setting"));
  }
}
