package table;

import java.util.Optional;

/// A line of the table: a figure of Percore, and where there is one a peer's.
///
/// @param measure what is measured, with its unit
/// @param target none where the figure is only stated
record Line(
    String measure, Figure percore, Optional<Peer> peer, Optional<Target> target) {

  /// @param name as in the table
  record Peer(String name, Figure figure) {}

  static Line alone(String measure, Figure percore, Target target) {
    return new Line(measure, percore, Optional.empty(), Optional.of(target));
  }

  static Line stated(String measure, Figure percore) {
    return new Line(measure, percore, Optional.empty(), Optional.empty());
  }

  static Line beside(String measure, Figure percore, String peer, Figure figure, Target target) {
    return new Line(measure, percore, Optional.of(new Peer(peer, figure)), Optional.of(target));
  }

  static Line stated(String measure, Figure percore, String peer, Figure figure) {
    return new Line(measure, percore, Optional.of(new Peer(peer, figure)), Optional.empty());
  }

  /// The median of the rounds' ratios, where a peer was measured in the same rounds.
  double ratio() {
    return peer.map(other -> percore.over(other.figure()).median()).orElse(Double.NaN);
  }

  boolean isMissed() {
    return target.isPresent() && !target.get().isReached(percore.median(), ratio());
  }

  /// Whether the target is reached, as in the table.
  String verdict() {
    if (target.isEmpty()) {
      return "";
    }
    if (!isMissed()) {
      return "yes";
    }
    double share = target.get().shortfall(percore.median(), ratio());
    return Double.isFinite(share) ? "NO, by " + Figure.text(100 * share) + " %" : "NO";
  }
}
