package table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What is kept of the table: every round in performance.json, and as text between two marks of
/// performance.md.
///
/// @param docs the folder of both
record Report(Path docs) {
  private static final String BEGIN = "<!-- written by scripts/bench: begin -->\n";
  private static final String END = "<!-- written by scripts/bench: end -->\n";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /// Puts rows in the place of those with the same names; the others stay as they are.
  void write(Machine machine, Bench bench, List<Result> results) throws IOException {
    Map<String, Map<String, Object>> known = rows();
    for (Result result : results) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("row", result.row());
      row.put("measured", machine.date());
      row.put("rounds", bench.rounds());
      row.put("seconds_a_round", bench.seconds());
      row.put("failure", result.failure());
      row.put("lines", result.lines().stream().map(Report::tree).toList());
      row.put("text", Text.of(result).lines().toList());
      row.put("commands", result.commands());
      known.put(result.row(), row);
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Row row : Rows.ALL) {
      if (known.containsKey(row.name())) {
        rows.add(known.get(row.name()));
      }
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("machine", machine);
    all.put("rows", rows);
    Files.writeString(file(), JSON.writeValueAsString(all) + "\n");
    writePage(section(machine, rows));
  }

  private Path file() {
    return docs.resolve("performance.json");
  }

  private Map<String, Map<String, Object>> rows() throws IOException {
    Map<String, Map<String, Object>> rows = new LinkedHashMap<>();
    if (Files.exists(file())) {
      var type = new TypeReference<List<Map<String, Object>>>() {};
      var tree = JSON.readTree(Files.readString(file())).path("rows");
      JSON.convertValue(tree, type).forEach(row -> rows.put((String) row.get("row"), row));
    }
    return rows;
  }

  private void writePage(String section) throws IOException {
    Path page = docs.resolve("performance.md");
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException(page + " has no place for the table: " + BEGIN + END);
    }
    Files.writeString(
        page, text.substring(0, begin + BEGIN.length()) + section + text.substring(end));
  }

  private static String section(Machine machine, List<Map<String, Object>> rows) {
    List<Object> reached = new ArrayList<>();
    var table = new StringBuilder();
    var commands = new StringBuilder();
    for (Map<String, Object> row : rows) {
      lists(row, "text").forEach(line -> table.append(line).append('\n'));
      commands.append("# ").append(row.get("row")).append('\n');
      lists(row, "commands").forEach(command -> commands.append(command).append('\n'));
      for (Object line : lists(row, "lines")) {
        if (((Map<?, ?>) line).get("reached") instanceof Boolean is) {
          reached.add(is);
        }
      }
    }
    List<String> versions = new ArrayList<>();
    machine.versions().forEach((name, version) -> versions.add(name + " " + version));
    return """
        ```
        %s
        %s```

        %d of %d targets are reached. %s: %s, %d cores, %s of memory, %s.
        Versions: %s.

        The command lines:

        ```
        %s```
        """
        .formatted(
            Text.title(),
            table,
            reached.stream().filter(Boolean.TRUE::equals).count(),
            reached.size(),
            machine.date(),
            machine.processor(),
            machine.cores(),
            machine.memory(),
            machine.kernel(),
            String.join(", ", versions),
            commands);
  }

  private static List<?> lists(Map<String, Object> row, String name) {
    return (List<?>) row.get(name);
  }

  private static Map<String, Object> tree(Line line) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("what", line.measure());
    tree.put("percore", tree(line.percore()));
    line.peer()
        .ifPresent(
            peer -> {
              tree.put("beside", peer.name());
              tree.put("peer", tree(peer.figure()));
            });
    if (!Double.isNaN(line.ratio())) {
      tree.put("ratio", line.ratio());
    }
    line.target()
        .ifPresent(
            target -> {
              tree.put("target", target.text());
              tree.put("reached", !line.isMissed());
            });
    return tree;
  }

  private static Map<String, Object> tree(Figure figure) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("median", rounded(figure.median()));
    tree.put("rounds", figure.rounds().stream().map(Report::rounded).toList());
    return tree;
  }

  private static double rounded(double value) {
    return Math.round(value * 1e3) / 1e3;
  }
}
