package table;

import java.util.List;

/// What is measured under one name.
interface Row {
  String name();

  /// @throws Exception also if an answer was wrong, for then no figure counts
  List<Line> measure(Bench bench) throws Exception;
}
