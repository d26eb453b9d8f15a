package table;

import common.Rivals;
import common.Site;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// The table of `scripts/bench`: measures its rows, or those named, and prints them. The
/// whole table is written down, and of those named what `bench.write` asks for.
public final class Table {
  private static final int EXIT_USAGE = 64;

  private Table() {}

  public static void main(String[] names) throws Exception {
    Set<String> wanted = Set.copyOf(Arrays.asList(names));
    List<String> known = Rows.ALL.stream().map(Row::name).toList();
    if (!known.containsAll(wanted)) {
      System.err.println("percore: rows are " + String.join(", ", known));
      System.exit(EXIT_USAGE);
    }
    List<Result> results = new ArrayList<>();
    Site site = Site.fromProperties();
    Bench bench = bench(site);
    Text.printTitle();
    for (Row row : Rows.ALL) {
      if (wanted.isEmpty() || wanted.contains(row.name())) {
        Result result = measure(row, bench);
        Text.print(result);
        results.add(result);
      }
    }
    if (wanted.isEmpty() || Boolean.getBoolean("bench.write")) {
      var report = new Report(Path.of(System.getProperty("bench.docs")));
      report.write(Machine.of(site), bench, results);
    }
    System.exit(results.stream().allMatch(result -> result.failure().isEmpty()) ? 0 : 1);
  }

  private static Bench bench(Site site) throws IOException {
    Path files = site.folder().resolve("files");
    StaticFiles created = StaticFiles.create(files);
    return new Bench(
        site,
        new Rivals(site, files),
        created,
        new Commands(site),
        Integer.getInteger("bench.seconds"),
        Integer.getInteger("bench.rounds"));
  }

  private static Result measure(Row row, Bench bench) {
    try {
      List<Line> lines = row.measure(bench);
      return new Result(row.name(), lines, "", bench.commands().take());
    } catch (Exception failure) {
      return new Result(row.name(), List.of(), failure.toString(), bench.commands().take());
    }
  }
}
