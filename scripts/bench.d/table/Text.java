package table;

/// The table as text.
final class Text {
  private static final String FORMAT = "%-17s %-32s %9s  %-24s %7s %8s  %s";

  private Text() {}

  static void printTitle() {
    System.out.println(title());
  }

  static void print(Result result) {
    System.out.print(of(result));
  }

  static String title() {
    return line("row", "what", "Percore", "beside", "ratio", "target", "reached");
  }

  static String of(Result result) {
    var text = new StringBuilder();
    String name = result.row();
    if (!result.failure().isEmpty()) {
      String why = result.failure().replaceAll("\\s+", " ");
      text.append("%-17s FAILED: %.300s%n".formatted(name, why));
    }
    for (Line line : result.lines()) {
      text.append(
          line(
              name,
              line.measure(),
              Figure.text(line.percore().median()),
              line.peer().map(Text::of).orElse(""),
              Double.isNaN(line.ratio()) ? "" : Figure.text(line.ratio()),
              line.target().map(Target::text).orElse(""),
              line.verdict()));
      text.append('\n');
      name = "";
    }
    return text.toString();
  }

  private static String of(Line.Peer peer) {
    return peer.name() + " " + Figure.text(peer.figure().median());
  }

  private static String line(Object... columns) {
    return FORMAT.formatted(columns).stripTrailing();
  }
}
