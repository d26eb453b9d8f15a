package table;

import common.Program;
import common.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What the figures were measured on and with.
///
/// @param versions of the programs, by their names
record Machine(
    String date, String processor, int cores, String memory, String kernel, Map<String, String> versions) {

  static Machine of(Site site) throws IOException, InterruptedException {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("Java", System.getProperty("java.vm.version"));
    versions.put("nginx", version(site, "nginx", "-v"));
    versions.put("Node", version(site, "node", "--version"));
    versions.put("gunicorn", version(site, "gunicorn", "--version"));
    versions.put("Python", version(site, "/usr/bin/python3", "--version"));
    versions.put("Vert.x", jarVersion(site, "vertx-core-"));
    versions.put("Undertow", jarVersion(site, "undertow-core-"));
    versions.put("wrk", version(site, "sh", "-c", "wrk -v | head -n 1"));
    return new Machine(
        LocalDate.now(ZoneOffset.UTC).toString(),
        field("/proc/cpuinfo", "model name"),
        site.cores(),
        field("/proc/meminfo", "MemTotal"),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        versions);
  }

  private static String version(Site site, String... command)
      throws IOException, InterruptedException {
    String output = Program.output(site, List.of(command));
    return output.lines().findFirst().orElse("").replaceAll("^\\D*([^ )]+).*", "$1");
  }

  private static String jarVersion(Site site, String prefix) throws IOException {
    try (Stream<Path> jars = Files.list(site.rivals().resolve("lib"))) {
      return jars.map(jar -> jar.getFileName().toString())
          .filter(name -> name.matches(prefix + "\\d.*\\.jar"))
          .map(name -> name.substring(prefix.length(), name.length() - ".jar".length()))
          .findAny()
          .orElse("");
    }
  }

  private static String field(String file, String name) throws IOException {
    return Files.readAllLines(Path.of(file)).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }
}
