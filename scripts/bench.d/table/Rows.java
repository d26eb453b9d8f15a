package table;

import common.Question;
import java.util.List;

/// The rows, in the order of the table.
final class Rows {
  static final List<Row> ALL =
      List.of(
          new Throughput("keep-alive", "/healthz", _ -> Question.HEALTH, 1, List.of(), 1.05, true),
          new Throughput(
              "pipelined", "/healthz by 16", _ -> Question.HEALTH, 16, List.of(), 5, false),
          new Throughput(
              "connections",
              "/healthz, one each",
              _ -> Question.HEALTH,
              1,
              List.of("-H", "Connection: close"),
              0.95,
              false),
          new Calc(),
          new Throughput(
              "small-file", "file, 1 KiB", StaticFiles::smallOne, 1, List.of(), 0.8, false),
          new Throughput(
              "large-file", "file, 1 MiB", StaticFiles::largeOne, 1, List.of(), 0.95, false),
          new WorkerStart(),
          new MasterStart(),
          new Cold(),
          new WorkerMemory(),
          new IdleConnections(),
          new Reload(),
          new GcPauses(),
          new Scrape());

  private Rows() {}
}
