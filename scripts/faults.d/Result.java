import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A row of the table.
///
/// @param failed requests that failed and should not have
/// @param inFlight requests that failed and were allowed to
/// @param gapMillis longest time from the start of a new connection to its answer
/// @param silenceMillis longest time without any answer to a new connection
/// @param lateMillis longest delay of the client itself
/// @param broken the promises that were not kept
record Result(
    String fault,
    int times,
    int sent,
    int failed,
    int inFlight,
    long gapMillis,
    long silenceMillis,
    long lateMillis,
    List<String> broken,
    List<String> notes) {
  /// A gap that nobody minds, whatever the reference has.
  static final int GAP_MILLIS_FINE = 50;

  private static final String FORMAT = "%-14s %6s %8s %7s %9s %7s %10s %8s  %s%n";

  static Result ofNoStart(String fault, String reason) {
    return new Result(fault, 0, 0, 0, 0, 0, 0, 0, List.of(reason), List.of());
  }

  Result butBroken(String promise) {
    List<String> all = new ArrayList<>(broken);
    all.add(promise);
    return new Result(
        fault, times, sent, failed, inFlight, gapMillis, silenceMillis, lateMillis, all, notes);
  }

  static void printTitle() {
    System.out.printf(
        FORMAT,
        "fault",
        "times",
        "sent",
        "failed",
        "in flight",
        "gap ms",
        "silence ms",
        "late ms",
        "verdict");
  }

  /// Prints the row of a reference, from which nothing is asked.
  void printAsReference() {
    print(broken.isEmpty() ? "reference" : "reference, with " + String.join("; ", broken));
  }

  /// Prints it, with a comparison if there is a reference, and tells whether all is as promised.
  boolean print(Optional<Result> reference) {
    String verdict = broken.isEmpty() ? "ok" : "BROKEN: " + String.join("; ", broken);
    boolean worse = reference.filter(this::isWorseThan).isPresent();
    if (reference.isPresent()) {
      verdict += worse ? ", WORSE than nginx" : ", not worse than nginx";
    }
    print(verdict);
    return broken.isEmpty() && !worse;
  }

  private void print(String verdict) {
    System.out.printf(
        FORMAT,
        fault,
        times,
        sent,
        failed,
        inFlight,
        gapMillis,
        silenceMillis,
        lateMillis,
        verdict);
    notes.forEach(note -> System.out.println("    " + note));
  }

  private boolean isWorseThan(Result reference) {
    return failed > reference.failed || gapMillis > Math.max(GAP_MILLIS_FINE, reference.gapMillis);
  }
}
